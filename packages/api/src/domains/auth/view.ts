import type { User } from './schema.ts';

/** What a person sees of their account. `roles` are the names of its staff roles. */
export function toUser(row: {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  roles: readonly string[];
  createdAt: Date;
}): User {
  const { id, email, emailVerifiedAt, name, createdAt } = row;
  return { id, email, emailVerified: emailVerifiedAt !== null, name, roles: ['customer', ...row.roles], createdAt };
}
