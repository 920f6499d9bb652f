import { roles } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { permissionsOfRoles } from '../../kit/actor.ts';
import { assertHolds } from './assert-holds.ts';

/**
 * For whatever staff do to somebody's account (its roles, address, password, factors, sessions, being able to log in):
 * staff accounts are managed by those who may write staff and may do all that the account may. Throws
 * `permission_not_held` (details: permissions). Lock the account first, so that its roles stay as they were read.
 */
export async function assertMayManage(ctx: Pick<TxCtx, 'tx' | 'actor'>, userId: string): Promise<void> {
  const held = await roles.listHeldRoles(ctx.tx, { userId });
  if (held.length > 0) assertHolds(ctx, ['staff:write', ...permissionsOfRoles(held)]);
}
