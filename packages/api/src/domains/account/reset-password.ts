import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { announce } from '../../kit/announce.ts';
import { inTransaction } from '../../kit/transaction.ts';
import {
  assertUncommonPassword,
  findOneTimeToken,
  forgiveAccount,
  replacePassword,
  useOneTimeToken,
} from '../auth/index.ts';
import { forgetStranger } from './forget-stranger.ts';
import type { ResetPasswordInput } from './schema.ts';

/**
 * Gives an account another password by the link that its address was sent, ends all its sessions, and tells the owner.
 * The link also proves the address, and takes the account from whoever opened it without one. Throws
 * `one_time_token_invalid`, `password_too_common`, `password_queue_full`, `rate_limited`.
 */
export async function resetPassword(ctx: Ctx, { token, password }: ResetPasswordInput): Promise<void> {
  assertUncommonPassword(password);
  const found = await findOneTimeToken(ctx, { token, purpose: 'reset_password' });
  const passwordHash = await ctx.passwords.hash(password);
  const email = await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const { user } = await useOneTimeToken(txCtx, found);
    await forgetStranger(txCtx, user);
    if (user.emailVerifiedAt === null) await users.saveEmailVerified(tx, { id: user.id, now });
    await replacePassword(txCtx, { userId: user.id, passwordHash });
    await announce(txCtx, { topic: 'user.password_changed', payload: { userId: user.id } });
    return user.email;
  });
  ctx.accessTokens.forgetUser(found.userId);
  await forgiveAccount(ctx, email);
}
