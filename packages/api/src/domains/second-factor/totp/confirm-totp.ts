import { secondFactors } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { secondsBetween } from '../../../kit/clock.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { announceChange } from '../announce-change.ts';
import { countAttempt } from '../count-attempt.ts';
import { refuse } from '../errors.ts';
import { forgetOwnSession } from '../forget-own-session.ts';
import { findOwnAccount } from '../own-account.ts';
import { issueMissingRecoveryCodes } from '../recovery-codes/issue-recovery-codes.ts';
import type { AddedFactor } from '../schema.ts';
import { stepOfCode } from './totp.ts';
import { openTotpSecret } from './totp-secret.ts';

/** A secret that was shown longer ago has to be shown again. */
const PENDING_SECONDS = 900;

/**
 * Makes the secret of {@link beginTotp} a second factor, by the first code of it. Throws `totp_not_pending`,
 * `totp_code_wrong`, `rate_limited`.
 */
export async function confirmTotp(ctx: Ctx, { code }: { code: string }): Promise<AddedFactor> {
  const { id: userId, email } = await findOwnAccount(ctx);
  const recoveryCodes = await countAttempt(ctx, email, async () => {
    const totp = await secondFactors.findTotp(ctx.db, { userId });
    const isPending = totp?.confirmedAt === null && secondsBetween(totp.createdAt, ctx.now) <= PENDING_SECONDS;
    const secret = isPending ? openTotpSecret(ctx, userId, totp.secretSealed) : undefined;
    if (!isPending || secret === undefined) throw refuse('totp_not_pending');
    const step = stepOfCode(secret, code, ctx.now);
    if (step === undefined) throw refuse('totp_code_wrong');
    return inTransaction(ctx, async (txCtx) => {
      const { tx, now } = txCtx;
      await secondFactors.lockFactors(tx, { userId });
      const { secretSealed } = totp;
      const confirmed = await secondFactors.saveTotpConfirmed(tx, { userId, secretSealed, step, confirmedAt: now });
      if (!confirmed) throw refuse('totp_not_pending');
      await announceChange(txCtx, { userId, change: 'totp_added' });
      return issueMissingRecoveryCodes(txCtx, userId);
    });
  });
  forgetOwnSession(ctx);
  return { recoveryCodes };
}
