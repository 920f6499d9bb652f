import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { DomainError } from '../../kit/domain-error.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from './errors.ts';
import type { IssuedSession } from './issue-tokens.ts';
import type { LoginInput } from './schema.ts';
import { signIn } from './sign-in.ts';
import { takeAttempt } from './take-attempt.ts';

/**
 * Opens a session. An unknown address, a wrong password and a disabled account are the same
 * `credentials_invalid`, after the same work. Throws `second_factor_required`, `rate_limited` after too many failures of the account or the
 * address, `password_queue_full` when too many log in at once.
 */
export async function logIn(ctx: Ctx, input: LoginInput): Promise<IssuedSession> {
  const { email, password } = input;
  const user = await users.findUserByEmail(ctx.db, { email });
  const hash = user?.passwordHash ?? undefined;
  // Counted before the password is looked at, and given back if it is right: parallel guesses are all counted.
  let attempt: Awaited<ReturnType<typeof takeAttempt>> | undefined;
  const matches = await ctx.passwords.verify(hash, password, async () => {
    attempt = await takeAttempt(ctx, { scope: 'login', account: email });
  });
  if (!matches || user?.status !== 'active') throw refuse('credentials_invalid');
  await attempt?.forgive();

  if (hash !== undefined && ctx.passwords.needsRehash(hash)) await rehash(ctx, { id: user.id, from: hash, password });
  return signIn(ctx, { user, amr: ['pwd'], passwordVersion: user.passwordVersion });
}

/** A login does not fail because there was no room to improve its hash. */
async function rehash(ctx: Ctx, { id, from, password }: { id: string; from: string; password: string }): Promise<void> {
  try {
    const to = await ctx.passwords.hash(password);
    await inTransaction(ctx, ({ tx, now }) => users.savePasswordRehash(tx, { id, from, to, now }));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}
