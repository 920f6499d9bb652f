import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBetween } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { applyResult } from './apply-result.ts';
import { attemptRequest } from './attempt-request.ts';
import type { ProviderResult } from './provider.ts';

/** Until then a request that the provider does not know of may still be on its way to it. */
const LOST_AFTER_SECONDS = 60;

/**
 * Asks the provider what became of an open attempt and applies the answer. An attempt the provider has never
 * heard of has failed, once it is old enough: it is never started again without its key. With `giveUp` an
 * attempt that waits for the shopper is cancelled there first. Throws ProviderUnavailableError.
 */
export async function resolveAttempt(
  ctx: Ctx,
  payment: payments.PaymentRow,
  options: { giveUp: boolean },
): Promise<ProviderResult | undefined> {
  const provider = ctx.payments.get(payment.provider);
  if (!provider) return undefined;
  const request = await attemptRequest(ctx.db, payment);
  let result = await provider.find(request);
  if (result?.status === 'requires_action' && options.giveUp && result.providerRef) {
    result = await provider.cancel({ ...request, providerRef: result.providerRef });
  }
  if (!result) {
    const ageSeconds = secondsBetween(payment.createdAt, ctx.now);
    if (ageSeconds < LOST_AFTER_SECONDS) return undefined;
    const { id: attemptId, amountMinor, currency } = payment;
    result = { status: 'failed', providerRef: null, amountMinor, currency, attemptId, failureCode: 'not_started' };
  }
  const applied = await applyResult(ctx, payment.id, result);
  if (applied.outcome === 'unchanged') {
    await inTransaction(ctx, (tx) => payments.savePaymentChecked(tx.tx, { id: payment.id, at: ctx.now }));
  }
  return result;
}
