import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { sessionIdOf, userIdOf } from '../../kit/actor.ts';
import { announce } from '../../kit/announce.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse as refuseRequest } from '../../trpc/errors.ts';
import { assertProvenLately } from '../../trpc/step-up.ts';
import { assertUncommonPassword, provePassword, replacePassword } from '../auth/index.ts';
import { refuse } from './errors.ts';
import type { ChangePasswordInput } from './schema.ts';

/**
 * Gives the caller's account another password, ends its other sessions and tells the owner. The caller knows the
 * current one, or has proven lately to be the owner. Throws `current_password_wrong`, `step_up_required`,
 * `rate_limited`, `password_too_common`, `password_queue_full`.
 */
export async function changePassword(ctx: Ctx, input: ChangePasswordInput): Promise<void> {
  const { currentPassword, newPassword } = input;
  assertUncommonPassword(newPassword);
  const id = userIdOf(ctx.actor);
  const user = id === undefined ? undefined : await users.findUser(ctx.db, { id });
  if (user === undefined) throw refuseRequest('unauthenticated');
  if (currentPassword === undefined) assertProvenLately(ctx);
  else if (!(await provePassword(ctx, user, currentPassword))) throw refuse('current_password_wrong');

  const passwordHash = await ctx.passwords.hash(newPassword);
  await inTransaction(ctx, async (txCtx) => {
    const locked = await users.lockUser(txCtx.tx, { id: user.id });
    // Whoever was faster has made the proof one of another password.
    const unchanged = locked?.status === 'active' && locked.passwordVersion === user.passwordVersion;
    if (!unchanged) throw refuseRequest('unauthenticated');
    await replacePassword(txCtx, { userId: user.id, passwordHash, exceptSessionId: sessionIdOf(ctx.actor) });
    await announce(txCtx, { topic: 'user.password_changed', payload: { userId: user.id } });
  });
  ctx.accessTokens.forgetUser(user.id);
}
