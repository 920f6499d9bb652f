import { oneTimeTokens, users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { secondsAfter } from '../../kit/clock.ts';
import { hmac, sha256Hex } from '../../kit/ids.ts';
import { refuse } from './errors.ts';
import { takeAttempt } from './take-attempt.ts';

type TokenPurpose = oneTimeTokens.TokenPurpose;

const HOUR = 3600;
/** How long a link may be used. */
const LIFE_SECONDS: Record<TokenPurpose, number> = {
  verify_email: 48 * HOUR,
  reset_password: HOUR,
  change_email: HOUR,
  invite: 7 * 24 * HOUR,
};

/**
 * The secret of a link in a mail, 256 bits. It is derived, so that whoever writes the mail can make it again and only
 * its hash is stored.
 */
export function oneTimeToken(authSecret: string, id: string): string {
  return hmac(authSecret, 'one-time-token', id);
}

/**
 * Makes the token `id` of an account, in place of the unused one of its purpose; issuing it again changes nothing.
 * Lock the account first. Answers false when the token is of no use: used already, or replaced by a later one.
 */
export async function issueOneTimeToken(
  ctx: TxCtx,
  token: { authSecret: string; id: string; userId: string; purpose: TokenPurpose; payload?: Record<string, unknown> },
): Promise<boolean> {
  const { authSecret, id, userId, purpose, payload = {} } = token;
  const { tx, now } = ctx;
  const before = await oneTimeTokens.findOneTimeToken(tx, { id });
  if (before) return before.usedAt === null;
  const tokenHash = sha256Hex(oneTimeToken(authSecret, id));
  const expiresAt = secondsAfter(now, LIFE_SECONDS[purpose]);
  await oneTimeTokens.saveOneTimeToken(tx, { id, tokenHash, userId, purpose, payload, expiresAt, createdAt: now });
  return (await oneTimeTokens.findOneTimeToken(tx, { id })) !== undefined;
}

/** A token that was found right, to be used in the transaction of what it allows. */
type FoundToken = Pick<oneTimeTokens.OneTimeTokenRow, 'tokenHash' | 'userId' | 'purpose'>;

/** Looks a token up without using it. Throws `one_time_token_invalid`, `rate_limited` after many that were. */
export async function findOneTimeToken(
  ctx: Ctx,
  { token, purpose }: { token: string; purpose: TokenPurpose },
): Promise<FoundToken> {
  const attempt = await takeAttempt(ctx, { scope: 'one_time_token' });
  const query = { tokenHash: sha256Hex(token), purpose, now: ctx.now };
  const found = await oneTimeTokens.findLiveOneTimeToken(ctx.db, query);
  if (found === undefined) throw refuse('one_time_token_invalid');
  await attempt.forgive();
  return found;
}

/**
 * Uses a token, once, and locks its account, so that whatever makes tokens useless (a new password, another address,
 * switching the account off) comes before and is seen, or after. Throws `one_time_token_invalid`.
 */
export async function useOneTimeToken(
  { tx, now }: TxCtx,
  { tokenHash, userId, purpose }: FoundToken,
): Promise<{ id: string; user: users.UserRow; payload: Record<string, unknown> }> {
  const user = await users.lockUser(tx, { id: userId });
  const used = await oneTimeTokens.saveOneTimeTokenUsed(tx, { tokenHash, purpose, now });
  if (used === undefined || user?.status !== 'active') throw refuse('one_time_token_invalid');
  return { id: used.id, user, payload: used.payload };
}
