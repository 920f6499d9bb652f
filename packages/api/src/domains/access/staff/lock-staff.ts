import { users } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { assertMayManage } from '../../auth/index.ts';
import { refuse } from '../errors.ts';

/**
 * Locks a member of staff whose roles or access are to change. Throws `staff_not_found` (for customers and those who
 * are only invited, too), `permission_not_held` when they may do more than the caller.
 */
export async function lockStaff(ctx: TxCtx, userId: string): Promise<users.UserRow> {
  const user = await users.lockUser(ctx.tx, { id: userId });
  if (user === undefined || user.status === 'erased' || user.roles.length === 0) throw refuse('staff_not_found');
  await assertMayManage(ctx, userId);
  return user;
}
