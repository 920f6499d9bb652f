import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { mustNext } from '../../kit/state-machine.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { attemptRequest } from './attempt-request.ts';
import type { PaymentProvider } from './provider.ts';
import { refundMachine } from './state.ts';

const EVENTS = { submitted: 'submit', succeeded: 'succeed', failed: 'fail' } as const;

/**
 * Tells the provider to send the money of a refund back, with the refund's id as idempotency key, and notes
 * what it answered. Doing it again changes nothing. Throws ProviderUnavailableError when it should be retried.
 */
export async function submitRefund(ctx: Ctx, refundId: string): Promise<void> {
  const refund = await payments.findRefund(ctx.db, { id: refundId });
  if (refund?.status !== 'pending') return;
  const payment = await payments.findPayment(ctx.db, { id: refund.paymentId });
  const provider = payment && ctx.payments.get(payment.provider);
  if (!payment?.providerRef || !provider) throw new Error(`Refund ${refundId} has no provider to go to`);
  const { providerRef } = payment;
  const answer =
    payment.status === 'authorized'
      ? await letGo(ctx, provider, { ...payment, providerRef })
      : await provider.refund({ refundId, providerRef, amountMinor: refund.amountMinor, currency: refund.currency });
  await inTransaction(ctx, async (tx) => {
    const to = mustNext(refundMachine, refund.status, EVENTS[answer.status]);
    await payments.transitionRefund(tx.tx, {
      id: refundId,
      from: refund.status,
      to,
      providerRef: answer.providerRef,
      failureMessage: answer.message ?? null,
      at: ctx.now,
    });
    if (payment.status === 'authorized' && answer.status === 'succeeded') {
      await payments.transitionPayment(tx.tx, { ...payment, from: 'authorized', to: 'voided', at: ctx.now });
    }
  });
  if (answer.status === 'failed') ctx.log.error({ refundId, message: answer.message }, 'refund failed');
}

async function letGo(
  ctx: Ctx,
  provider: PaymentProvider,
  payment: payments.PaymentRow & { providerRef: string },
): Promise<{ status: 'succeeded' | 'failed'; providerRef: string | null; message?: string }> {
  const request = await attemptRequest(ctx.db, payment);
  const result = await provider.cancel({ ...request, providerRef: payment.providerRef });
  if (result.status === 'voided') return { status: 'succeeded', providerRef: null };
  return { status: 'failed', providerRef: null, message: `The authorization is ${result.status}` };
}
