import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { lockCartOfOrder } from '../cart/index.ts';
import { requestRefund } from './request-refund.ts';
import { resolveAttempt } from './resolve-attempt.ts';

/**
 * Gives back what was paid for an order that has been cancelled, and ends an attempt that is still open. Doing
 * it again changes nothing. Throws ProviderUnavailableError when it should be retried.
 */
export async function refundOrder(ctx: Ctx, orderId: string): Promise<void> {
  const live = await payments.findLivePayment(ctx.db, { orderId });
  if (!live) return;
  if (live.status !== 'captured' && live.status !== 'authorized') {
    // Whatever comes of it is applied to a cancelled order, which sends money back by itself.
    await resolveAttempt(ctx, live, { giveUp: true });
    return;
  }
  await inTransaction(ctx, async (tx) => {
    await lockCartOfOrder(tx, orderId);
    const payment = await payments.findLivePayment(tx.tx, { orderId });
    if (payment?.status !== 'captured' && payment?.status !== 'authorized') return;
    if (await payments.hasRefund(tx.tx, { paymentId: payment.id })) return;
    await requestRefund(tx, { payment, reason: 'order_cancelled' });
  });
}
