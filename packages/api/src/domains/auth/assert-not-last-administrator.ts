import { roles, type Tx } from '@cartwright/db';
import { ADMINISTRATOR } from '../../kit/actor.ts';
import { refuse } from './errors.ts';

/**
 * Before an account loses the role administrator or the ability to log in. Throws `last_administrator` when nobody
 * else has both. Take `roles.lockAdministrators` first: two who remove each other would otherwise both be let through.
 */
export async function assertNotLastAdministrator(
  tx: Tx,
  user: { id: string; roles: readonly string[]; status: string },
): Promise<void> {
  if (user.status !== 'active' || !user.roles.includes(ADMINISTRATOR)) return;
  if ((await roles.countAdministrators(tx, { exceptUserId: user.id })) === 0) throw refuse('last_administrator');
}
