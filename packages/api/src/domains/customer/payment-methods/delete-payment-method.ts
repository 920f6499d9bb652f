import { savedPaymentMethods } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { announceRemoved } from './announce-removed.ts';

/**
 * Deletes one of the caller's payment methods, here at once and at its provider soon. If it was the default, the newest
 * that is left is. Throws `payment_method_not_found`.
 */
export function deletePaymentMethod(ctx: Ctx, input: { paymentMethodId: string }): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    const { id: userId } = await lockOwnAccount(txCtx);
    const method = { id: input.paymentMethodId, userId };
    const deleted = await savedPaymentMethods.deleteSavedPaymentMethod(txCtx.tx, method);
    if (!deleted) throw refuse('payment_method_not_found');
    await savedPaymentMethods.saveMissingDefaultPaymentMethod(txCtx.tx, { userId });
    await announceRemoved(txCtx, deleted);
  });
}
