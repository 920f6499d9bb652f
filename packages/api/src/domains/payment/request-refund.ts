import { outbox, payments } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';

/** The only version of a refund's announcement so far: it is announced once, when it is asked for. */
const REQUESTED_VERSION = 1;

/**
 * Records that the money of a payment goes back, whole. The worker tells the provider: a captured payment is
 * refunded, an authorized one is let go.
 */
export async function requestRefund(
  ctx: TxCtx,
  request: { payment: payments.PaymentRow; reason: payments.RefundRow['reason'] },
): Promise<void> {
  const { payment, reason } = request;
  if (payment.amountMinor === 0) return;
  const id = ctx.ids.uuid(ctx.now);
  await payments.insertRefund(ctx.tx, {
    id,
    paymentId: payment.id,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    status: 'pending',
    reason,
    providerRef: null,
    failureMessage: null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  });
  const outboxId = ctx.ids.uuid(ctx.now);
  const topic = 'refund.requested';
  const payload = { refundId: id, paymentId: payment.id };
  await outbox.insertOutboxRow(ctx.tx, {
    id: outboxId,
    aggregate: `refund:${id}`,
    version: REQUESTED_VERSION,
    topic,
    payload,
    createdAt: ctx.now,
  });
  await ctx.queue.add(ctx.tx, topic, { outboxId });
}
