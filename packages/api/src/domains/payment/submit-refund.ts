import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { applyRefund } from './apply-refund.ts';
import { attemptRequest } from './attempt-request.ts';
import type { PaymentProvider, RefundResult } from './provider.ts';

/**
 * Moves an open refund on: tells the provider to send the money back, with the refund's id as idempotency key, or
 * asks how one stands that was submitted. Doing it again changes nothing. Throws ProviderUnavailableError.
 */
export async function submitRefund(ctx: Ctx, refundId: string): Promise<void> {
  const refund = await payments.findRefund(ctx.db, { id: refundId });
  if (refund?.status !== 'pending' && refund?.status !== 'submitted') return;
  const payment = await payments.findPayment(ctx.db, { id: refund.paymentId });
  const provider = payment && ctx.payments.get(payment.provider);
  if (!payment?.providerRef || !provider) throw new Error(`Refund ${refundId} has no provider to go to`);
  const { providerRef } = payment;
  if (refund.status === 'submitted' && refund.providerRef) {
    return applyRefund(ctx, refundId, await provider.findRefund(refund.providerRef));
  }
  if (payment.status === 'authorized') return letGo(ctx, refundId, { provider, payment, providerRef });
  const { amountMinor, currency } = refund;
  await applyRefund(ctx, refundId, await provider.refund({ refundId, providerRef, amountMinor, currency }));
}

/** Money that was only promised is not sent back: the promise is given up. */
async function letGo(
  ctx: Ctx,
  refundId: string,
  facts: { provider: PaymentProvider; payment: payments.PaymentRow; providerRef: string },
): Promise<void> {
  const { provider, payment, providerRef } = facts;
  const answer = await provider.cancel({ ...(await attemptRequest(ctx.db, payment)), providerRef });
  const voided = answer.status === 'voided';
  const result: RefundResult = voided
    ? { status: 'succeeded', providerRef: null }
    : { status: 'failed', providerRef: null, message: `The authorization is ${answer.status}` };
  if (voided) {
    const move = { ...payment, from: 'authorized', to: 'voided', at: ctx.now } as const;
    await inTransaction(ctx, (tx) => payments.transitionPayment(tx.tx, move));
  }
  await applyRefund(ctx, refundId, result);
}
