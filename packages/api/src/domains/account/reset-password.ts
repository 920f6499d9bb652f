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
import { forgetUnprovenData } from '../customer/index.ts';
import { dropAccess } from './drop-access.ts';
import type { ResetPasswordInput } from './schema.ts';

/**
 * Gives an account another password by the link that its address was sent, ends all its sessions, and tells the owner.
 * The link also proves the address; if it was unproven before, anybody may have opened the account, so whatever else
 * opens it goes. Throws `one_time_token_invalid`,
 * `password_too_common`, `password_queue_full`, `rate_limited`.
 */
export async function resetPassword(ctx: Ctx, { token, password }: ResetPasswordInput): Promise<void> {
  assertUncommonPassword(password);
  const found = await findOneTimeToken(ctx, { token, purpose: 'reset_password' });
  const passwordHash = await ctx.passwords.hash(password);
  const email = await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const { user } = await useOneTimeToken(txCtx, found);
    if (user.emailVerifiedAt === null) {
      await users.saveEmailVerified(tx, { id: user.id, now });
      await dropAccess(txCtx, user.id);
      // Without a password nobody has been in it: what there is, staff have written down.
      if (user.passwordHash !== null) await forgetUnprovenData(txCtx, { userId: user.id });
    }
    await replacePassword(txCtx, { userId: user.id, passwordHash });
    await announce(txCtx, { topic: 'user.password_changed', payload: { userId: user.id } });
    return user.email;
  });
  ctx.accessTokens.forgetUser(found.userId);
  await forgiveAccount(ctx, email);
}
