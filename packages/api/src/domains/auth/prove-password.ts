import type { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { takeAttempt } from './take-attempt.ts';

/**
 * Whether the person who is logged in knows the password of the account. Counts like a log-in, so that a stolen
 * session cannot guess. Throws `rate_limited`, `password_queue_full`.
 */
export async function provePassword(
  ctx: Ctx,
  user: Pick<users.UserRow, 'email' | 'passwordHash'>,
  password: string,
): Promise<boolean> {
  let attempt: Awaited<ReturnType<typeof takeAttempt>> | undefined;
  const matches = await ctx.passwords.verify(user.passwordHash ?? undefined, password, async () => {
    attempt = await takeAttempt(ctx, { scope: 'login', account: user.email });
  });
  if (matches) await attempt?.forgive();
  return matches;
}
