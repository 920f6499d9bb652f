import type { Role } from '../../kit/actor.ts';
import type { User } from './schema.ts';

/** What a person sees of their account. */
export function toUser(row: {
  id: string;
  email: string;
  name: string | null;
  roles: readonly string[];
  createdAt: Date;
}): User {
  const { id, email, name, createdAt } = row;
  return { id, email, name, roles: row.roles.filter(isRole), createdAt };
}

function isRole(role: string): role is Role {
  return role === 'customer' || role === 'administrator';
}
