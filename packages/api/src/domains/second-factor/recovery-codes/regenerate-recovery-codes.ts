import { secondFactors } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { announceChange } from '../announce-change.ts';
import { refuse } from '../errors.ts';
import { findOwnAccount } from '../own-account.ts';
import type { RecoveryCodes } from '../schema.ts';
import { issueRecoveryCodes } from './issue-recovery-codes.ts';

/** Ten new codes; the old ones open nothing from now on. Throws `second_factor_not_set_up`. */
export async function regenerateRecoveryCodes(ctx: Ctx): Promise<RecoveryCodes> {
  const { id: userId } = await findOwnAccount(ctx);
  const recoveryCodes = await inTransaction(ctx, async (txCtx) => {
    await secondFactors.lockFactors(txCtx.tx, { userId });
    const { totpConfirmedAt, passkeyCount } = await secondFactors.findFactors(txCtx.tx, { userId });
    if (totpConfirmedAt === null && passkeyCount === 0) throw refuse('second_factor_not_set_up');
    const codes = await issueRecoveryCodes(txCtx, userId);
    await announceChange(txCtx, { userId, change: 'recovery_codes_replaced' });
    return codes;
  });
  return { recoveryCodes };
}
