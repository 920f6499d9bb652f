import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { addressBlock } from '../../kit/address-block.ts';
import { DomainError } from '../../kit/domain-error.ts';
import { sha256Hex } from '../../kit/ids.ts';
import { refuse as refuseRequest } from '../../trpc/errors.ts';
import { refuse } from './errors.ts';
import type { LoginInput, LoginResult } from './schema.ts';
import { signIn } from './sign-in.ts';

/**
 * Opens a session. An unknown address, a wrong password and a disabled account are the same
 * `credentials_invalid`, after the same work. Throws `rate_limited` after too many failures of the account or the
 * address, `password_queue_full` when too many log in at once.
 */
export async function logIn(ctx: Ctx, input: LoginInput): Promise<LoginResult> {
  const { email, password } = input;
  const account = `account:${sha256Hex(email)}`;
  const address = `address:${addressBlock(ctx.clientAddress)}`;
  const user = await users.findUserByEmail(ctx.db, { email });
  const hash = user?.passwordHash ?? undefined;
  // Counted before the password is looked at, and given back if it is right: parallel guesses are all counted.
  const matches = await ctx.passwords.verify(hash, password, () => takeAttempt(ctx, account, address));
  if (!matches || user?.status !== 'active') throw refuse('credentials_invalid');
  await Promise.all([ctx.limiter.forgive('login', account), ctx.limiter.forgive('login', address)]);

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

async function takeAttempt({ limiter }: Ctx, account: string, address: string): Promise<void> {
  const byAccount = await limiter.take('login', account);
  if (!byAccount.allowed) throw refuseRequest('rate_limited', { retryAfterSeconds: byAccount.retryAfterSeconds });
  const byAddress = await limiter.take('login', address);
  if (byAddress.allowed) return;
  // No password was tried, so a blocked address cannot use up the account's allowance.
  await limiter.forgive('login', account);
  throw refuseRequest('rate_limited', { retryAfterSeconds: byAddress.retryAfterSeconds });
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
