import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBetween } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { applyResult } from './apply-result.ts';
import { attemptRequest } from './attempt-request.ts';
import type { ProviderResult } from './provider.ts';

/** Until then a request that the provider does not know of may still wait for us, or be on its way to it. */
const LOST_AFTER_SECONDS = 60;

/**
 * Asks the provider what became of an attempt that can still be paid and applies the answer. An attempt the provider has never
 * heard of has failed, once it is old enough: it is never started again without its key. With `giveUp` an
 * attempt that the shopper could still pay is cancelled there first. Throws ProviderUnavailableError.
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
  const unpaid = result?.status === 'requires_action' || result?.status === 'failed';
  if (unpaid && options.giveUp && result?.providerRef) {
    result = await provider.cancel({ ...request, providerRef: result.providerRef });
  }
  if (!result && secondsBetween(payment.createdAt, ctx.now) >= LOST_AFTER_SECONDS) {
    const { id: attemptId, amountMinor, currency } = payment;
    result = { status: 'failed', providerRef: null, amountMinor, currency, attemptId, failureCode: 'not_started' };
  }
  const applied = result && (await applyResult(ctx, payment.id, result));
  if (applied?.outcome !== 'applied') {
    const payableByShopper = payment.payableByShopper && result?.status !== 'voided';
    await inTransaction(ctx, (tx) =>
      payments.savePaymentChecked(tx.tx, { id: payment.id, payableByShopper, at: ctx.now }),
    );
  }
  return result;
}
