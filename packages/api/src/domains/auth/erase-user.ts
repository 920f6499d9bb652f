import { oneTimeTokens, roles, sessions, users } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { erasedAddress } from '../../kit/erased-address.ts';
import { assertMayManage } from './assert-may-manage.ts';
import { assertNotLastAdministrator } from './assert-not-last-administrator.ts';
import { endSessions } from './end-sessions.ts';
import { refuse } from './errors.ts';

/**
 * Makes an account a tombstone that nobody can log in to, and forgets what belongs to it here; answers what it was.
 * `byStaff` for somebody else's account. Throws `user_not_found` (also when it was erased before), `last_administrator`,
 * `permission_not_held` for staff who may do more than the caller.
 */
export async function eraseUser(
  ctx: TxCtx,
  { userId, byStaff }: { userId: string; byStaff: boolean },
): Promise<users.UserRow> {
  const { tx, now } = ctx;
  await roles.lockAdministrators(tx);
  const user = await users.lockUser(tx, { id: userId });
  if (user === undefined || user.status === 'erased') throw refuse('user_not_found');
  if (byStaff) await assertMayManage(ctx, userId);
  await assertNotLastAdministrator(tx, user);
  await endSessions(tx, { userId });
  await sessions.deleteImpersonations(tx, { impersonatorId: userId });
  await oneTimeTokens.deleteUserOneTimeTokens(tx, { userId });
  await roles.deleteUserRoles(tx, { userId });
  await users.saveUserErased(tx, { id: userId, email: erasedAddress(userId), now });
  return user;
}
