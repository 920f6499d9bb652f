import { sessions, type Tx } from '@cartwright/db';
import { type Actor, permissionsOfRoles } from '../kit/actor.ts';
import { sha256Hex } from '../kit/ids.ts';
import { refuse } from './errors.ts';
import type { Access } from './meta.ts';

/**
 * The actor with the permissions that its account has now, locked, so that they stay. A process knows of ended sessions
 * and changed roles within seconds; what is dangerous must not happen in these seconds, since it would last. Throws
 * `unauthenticated` when the session has ended or the account is not active, `forbidden` when the permission is gone.
 */
export async function currentActor(tx: Tx, actor: Actor, access: Access | undefined): Promise<Actor> {
  if (actor.kind !== 'customer' && actor.kind !== 'staff') return actor;
  const { userId, sessionId } = actor;
  const owner = await sessions.lockSessionOwner(tx, { id: sha256Hex(sessionId), userId });
  if (owner === undefined) throw refuse('unauthenticated');
  if (actor.kind === 'customer') return actor;
  const permissions = permissionsOfRoles(owner.roles);
  if (typeof access === 'object' && !permissions.includes(access.permission)) throw refuse('forbidden');
  return { ...actor, permissions };
}
