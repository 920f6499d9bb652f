import { savedPaymentMethods } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { listPaymentMethods } from './list-payment-methods.ts';
import type { SavedPaymentMethodList } from './schema.ts';

/** Makes one of the caller's payment methods the default instead of the one that is. Throws `payment_method_not_found`. */
export function setDefaultPaymentMethod(ctx: Ctx, input: { paymentMethodId: string }): Promise<SavedPaymentMethodList> {
  return inTransaction(ctx, async (txCtx) => {
    const { id: userId } = await lockOwnAccount(txCtx);
    const method = { id: input.paymentMethodId, userId };
    if (!(await savedPaymentMethods.saveDefaultPaymentMethod(txCtx.tx, method))) {
      throw refuse('payment_method_not_found');
    }
    return listPaymentMethods(ctx, txCtx.tx);
  });
}
