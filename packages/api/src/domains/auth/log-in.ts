import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { DomainError } from '../../kit/domain-error.ts';
import { refuse } from './errors.ts';
import type { IssuedSession } from './issue-tokens.ts';
import type { LoginInput } from './schema.ts';
import { signIn } from './sign-in.ts';
import { takeAttempt } from './take-attempt.ts';

/**
 * Opens a session. An unknown address, a wrong password and a disabled account are the same
 * `credentials_invalid`, after the same work. Throws `rate_limited` after too many failures of the account or the
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

  const rehashed = hash !== undefined && ctx.passwords.needsRehash(hash) ? await rehash(ctx, password) : undefined;
  return signIn(ctx, {
    user,
    amr: ['pwd'],
    passwordVersion: user.passwordVersion,
    also: async ({ tx, now }) => {
      if (hash === undefined || rehashed === undefined) return;
      await users.savePasswordRehash(tx, { id: user.id, from: hash, to: rehashed, now });
    },
  });
}

/** A login does not fail because there was no room to improve its hash. */
async function rehash(ctx: Ctx, password: string): Promise<string | undefined> {
  try {
    return await ctx.passwords.hash(password);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
