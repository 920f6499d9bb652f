/** Every permission there is, as `resource:action`. */
export const permissions = [
  'catalog:write',
  'catalog:import',
  'reviews:moderate',
  'inventory:write',
  'orders:read',
  'orders:fulfill',
  'orders:cancel',
  'customers:read',
  'customers:write',
  'customers:disable',
  'customers:erase',
  'customers:impersonate',
  'staff:read',
  'staff:write',
  'roles:write',
  'api-keys:read',
  'api-keys:write',
  'keys:rotate',
  'audit:read',
] as const;
export type Permission = (typeof permissions)[number];

/** The built-in staff role that has every permission. */
export const ADMINISTRATOR = 'administrator';

/** What a person's session says: who, and when they last proved it. */
interface SessionActor {
  userId: string;
  sessionId: string;
  authenticatedAt: Date;
}

/** Who does it: never a nullable user id. */
export type Actor =
  | { kind: 'guest' }
  | ({ kind: 'customer' } & SessionActor)
  | ({
      kind: 'staff';
      permissions: readonly Permission[];
      /** The store requires a second factor of staff, and this account has none: no permission counts until it does. */
      secondFactorMissing?: boolean;
    } & SessionActor)
  /** A program, for the account that made its key. */
  | { kind: 'apiKey'; keyId: string; userId: string; permissions: readonly Permission[] }
  /** A member of staff who sees the store as the customer `userId` does, and changes nothing. */
  | { kind: 'impersonation'; userId: string; staffId: string; sessionId: string }
  | { kind: 'job'; name: string }
  | { kind: 'webhook'; provider: string };

/** What is kept of an actor in timelines and movements: no session, no permissions. */
export type ActorRecord = { kind: Actor['kind']; userId?: string; name?: string };

export function actorRecord(actor: Actor): ActorRecord {
  switch (actor.kind) {
    case 'guest':
      return { kind: 'guest' };
    case 'customer':
    case 'staff':
      return { kind: actor.kind, userId: actor.userId };
    case 'apiKey':
      return { kind: 'apiKey', userId: actor.userId, name: actor.keyId };
    case 'impersonation':
      return { kind: 'impersonation', userId: actor.staffId };
    case 'job':
      return { kind: 'job', name: actor.name };
    case 'webhook':
      return { kind: 'webhook', name: actor.provider };
  }
}

/** The account whose things an actor sees as its own, if there is one. A program has none. */
export function userIdOf(actor: Actor): string | undefined {
  return actor.kind === 'customer' || actor.kind === 'staff' || actor.kind === 'impersonation'
    ? actor.userId
    : undefined;
}

/** The session behind an actor, if there is one. */
export function sessionIdOf(actor: Actor): string | undefined {
  return 'sessionId' in actor ? actor.sessionId : undefined;
}

export function permissionsOf(actor: Actor): readonly Permission[] {
  return actor.kind === 'staff' || actor.kind === 'apiKey' ? actor.permissions : [];
}

/** Those of `wanted` that are not `held`, each once: whoever holds that can neither give nor take them away. */
export function permissionsMissing(held: readonly Permission[], wanted: readonly Permission[]): Permission[] {
  return [...new Set(wanted)].filter((permission) => !held.includes(permission));
}

/** What roles with these names and stored permissions amount to. Permissions of another release are left out. */
export function permissionsOfRoles(
  roles: readonly { name: string; permissions: readonly string[] }[],
): readonly Permission[] {
  if (roles.some(({ name }) => name === ADMINISTRATOR)) return permissions;
  const granted = new Set(roles.flatMap((role) => role.permissions));
  return permissions.filter((permission) => granted.has(permission));
}
