import { users } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { assertMayManage } from './assert-may-manage.ts';
import { refuse } from './errors.ts';

/** The account, locked, that staff are about to change. Throws `user_not_found`, `permission_not_held`. */
export async function lockManagedUser(ctx: TxCtx, id: string): Promise<users.UserRow> {
  const user = await users.lockUser(ctx.tx, { id });
  if (user === undefined || user.status === 'erased') throw refuse('user_not_found');
  await assertMayManage(ctx, id);
  return user;
}
