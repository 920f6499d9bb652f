import { secondFactors, users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from './errors.ts';
import { type IssuedSession, issueTokens } from './issue-tokens.ts';
import { rememberPlace } from './known-place.ts';
import { sealLoginChallenge } from './login-challenge.ts';
import { luciaSessionStore } from './lucia-session-store.ts';

/** Somebody who has just proven to be the owner of an active account, and how (RFC 8176: `pwd`, `fed`, …). */
export interface ProvenSignIn {
  user: Parameters<typeof issueTokens>[2] & Pick<users.UserRow, 'passwordVersion'>;
  /** `mfa` among them says that a second factor was proven too. */
  amr: readonly string[];
  /** `passwordVersion` of the password that was right, where one was asked for. */
  passwordVersion?: number;
  /** What is to be saved with the session, if anything. */
  also?: (ctx: TxCtx) => Promise<void>;
}

/**
 * Opens a session: the one way to be logged in, whatever the proof was. Throws `second_factor_required` (details:
 * challenge, methods) when the account has a second factor that was not proven, and `credentials_invalid` when it was
 * disabled, or its password changed, since the proof was looked at.
 */
export async function signIn(ctx: Ctx, proven: ProvenSignIn): Promise<IssuedSession> {
  await assertSecondFactor(ctx, proven);
  const { user, amr, passwordVersion, also } = proven;
  const { userAgent, clientAddress: address } = ctx;
  const session = await inTransaction(ctx, async (txCtx) => {
    const account = await users.lockUserForSignIn(txCtx.tx, { id: user.id });
    const changed = passwordVersion !== undefined && passwordVersion !== account?.passwordVersion;
    if (account?.status !== 'active' || changed) throw refuse('credentials_invalid');
    await also?.(txCtx);
    return luciaSessionStore.create(txCtx.tx, { userId: user.id, userAgent, address, amr, now: txCtx.now });
  });
  await rememberPlace(ctx, user.email);
  return issueTokens(ctx, session, user);
}

async function assertSecondFactor(ctx: Ctx, { user, amr }: ProvenSignIn): Promise<void> {
  if (amr.includes('mfa')) return;
  const methods = await secondFactors.findMethods(ctx.db, { userId: user.id });
  if (methods.length === 0) return;
  throw refuse('second_factor_required', { details: { challenge: sealLoginChallenge(ctx, { user, amr }), methods } });
}
