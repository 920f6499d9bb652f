import { secondFactors, type Tx } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import type { FactorChange } from '../notification/index.ts';
import { announceChange } from './announce-change.ts';
import { refuse } from './errors.ts';
import { forgetOwnSession } from './forget-own-session.ts';
import { findOwnAccount } from './own-account.ts';

/**
 * Removes one factor of the caller's account; recovery codes go with the last one. Throws what `remove` throws, and
 * `second_factor_kept` to staff who would have none left where the store requires one.
 */
export async function removeFactor(
  ctx: Ctx,
  { change, remove }: { change: FactorChange; remove: (tx: Tx, userId: string) => Promise<void> },
): Promise<void> {
  const { id: userId, roles } = await findOwnAccount(ctx);
  const mustKeepOne = ctx.config.requireStaffSecondFactor && roles.length > 0;
  await inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    // Two removals at once would each see the other's factor as the one that is left.
    await secondFactors.lockFactors(tx, { userId });
    await remove(tx, userId);
    const { totpConfirmedAt, passkeyCount } = await secondFactors.findFactors(tx, { userId });
    if (totpConfirmedAt === null && passkeyCount === 0) {
      if (mustKeepOne) throw refuse('second_factor_kept');
      await secondFactors.deleteRecoveryCodes(tx, { userId });
    }
    await announceChange(txCtx, { userId, change });
  });
  forgetOwnSession(ctx);
}
