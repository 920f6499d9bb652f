import type { Ctx } from '../../context.ts';
import { addressBlock } from '../../kit/address-block.ts';
import { sha256Hex } from '../../kit/ids.ts';
import type { Attempt, AttemptClass } from '../../runtime/limiter.ts';
import { refuse } from '../../trpc/errors.ts';
import { isKnownPlace } from './known-place.ts';

/** Secrets that can be guessed: passwords, codes, tokens of links. Each has allowances of its own. */
export type AttemptScope = Exclude<AttemptClass, 'mail'>;

/** Of an account's allowance, how much is kept for callers from where its owner is or was logged in. */
const KEPT_FOR_OWNER = 2;

/**
 * Counts one attempt at a secret of an account (its address, normalised) and of the caller's address block. To be
 * called before the secret is looked at, so that parallel attempts are all counted, and forgiven when it was right;
 * not in a transaction. Throws `rate_limited`, with nothing counted, the same for accounts that do not exist.
 */
export async function takeAttempt(
  ctx: Ctx,
  { scope, account }: { scope: AttemptScope; account?: string },
): Promise<{ forgive(): Promise<void> }> {
  // The address first: one that is blocked must not hold attempts of the account, however briefly.
  const byAddress = await ctx.limiter.attempt(scope, `address:${addressBlock(ctx.clientAddress)}`);
  if (!byAddress.allowed) throw tooMany(scope, byAddress);
  if (account === undefined) return byAddress;
  const byAccount = await takeOfAccount(ctx, scope, account);
  if (!byAccount.allowed) {
    await byAddress.forgive();
    throw tooMany(scope, byAccount);
  }
  return {
    async forgive() {
      await Promise.all([byAddress.forgive(), byAccount.forgive()]);
    },
  };
}

export const accountKey = (email: string): string => `account:${sha256Hex(email)}`;

/** Whoever fails from elsewhere cannot use up what is kept for the owner's places, so cannot lock the owner out. */
async function takeOfAccount(ctx: Ctx, scope: AttemptScope, email: string): Promise<Attempt> {
  const key = accountKey(email);
  const kept = Math.min(KEPT_FOR_OWNER, Math.floor(ctx.config.limits.loginFailuresPer15Min / 2));
  const attempt = await ctx.limiter.attempt(scope, key, kept);
  // Asked only now, so that the usual login does not pay for it.
  if (attempt.allowed || kept === 0 || !(await isKnownPlace(ctx, email))) return attempt;
  return ctx.limiter.attempt(scope, key);
}

function tooMany(scope: AttemptScope, { retryAfterSeconds }: { retryAfterSeconds: number }) {
  return refuse('rate_limited', { retryAfterSeconds, details: { limit: scope } });
}
