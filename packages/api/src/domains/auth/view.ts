import type { User } from './schema.ts';

/** What a person sees of their account. `roles` are the names of its staff roles. */
export function toUser(row: {
  id: string;
  email: string;
  name: string | null;
  roles: readonly string[];
  createdAt: Date;
}): User {
  const { id, email, name, createdAt } = row;
  return { id, email, name, roles: ['customer', ...row.roles], createdAt };
}
