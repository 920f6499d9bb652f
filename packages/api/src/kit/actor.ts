/** Every permission there is, as `resource:action`. */
export const permissions = [
  'catalog:write',
  'catalog:import',
  'inventory:write',
  'orders:read',
  'orders:fulfill',
  'orders:cancel',
] as const;
export type Permission = (typeof permissions)[number];

export type Role = 'customer' | 'administrator';

/** What each built-in role may do. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  customer: [],
  administrator: permissions,
};

/** Who does it: never a nullable user id. */
export type Actor =
  | { kind: 'guest' }
  | { kind: 'customer'; userId: string; sessionId: string }
  | { kind: 'staff'; userId: string; sessionId: string; permissions: readonly Permission[] }
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
    case 'job':
      return { kind: 'job', name: actor.name };
    case 'webhook':
      return { kind: 'webhook', name: actor.provider };
  }
}

/** The account behind an actor, if there is one. */
export function userIdOf(actor: Actor): string | undefined {
  return actor.kind === 'customer' || actor.kind === 'staff' ? actor.userId : undefined;
}

export function hasPermission(actor: Actor, permission: Permission): boolean {
  return actor.kind === 'staff' && actor.permissions.includes(permission);
}
