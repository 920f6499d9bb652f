import { roles } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { permissionsMissing, permissionsOfRoles } from '../../kit/actor.ts';
import { refuse } from './errors.ts';

/**
 * For whatever staff do to somebody's account (its roles, address, password, factors, sessions, being able to log in):
 * staff accounts are managed by those who may write staff and may do all that the account may. Throws
 * `permission_not_held` (details: permissions). Lock the account first, so that its roles stay as they were read.
 */
export async function assertMayManage({ tx, actor }: Pick<TxCtx, 'tx' | 'actor'>, userId: string): Promise<void> {
  const held = await roles.listHeldRoles(tx, { userId });
  if (held.length === 0) return;
  const missing = permissionsMissing(actor, ['staff:write', ...permissionsOfRoles(held)]);
  if (missing.length > 0) throw refuse('permission_not_held', { details: { permissions: [...new Set(missing)] } });
}
