import { inbox, payments } from '@cartwright/db';
import type Stripe from 'stripe';
import type { Ctx } from '../../context.ts';
import { isUuid } from '../../kit/ids.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { applyRefund } from './apply-refund.ts';
import { applyResult } from './apply-result.ts';
import { attemptRequest } from './attempt-request.ts';
import { fromPaymentIntent, fromRefund } from './stripe-provider.ts';

/** Applies an event from the inbox, once. Throws ProviderUnavailableError when it should be retried. */
export async function applyStripeEvent(ctx: Ctx, eventId: string): Promise<void> {
  const row = await inbox.findInboxEvent(ctx.db, { provider: 'stripe', eventId });
  if (!row || row.appliedAt) return;
  const event = row.payload as Stripe.Event;
  const note = row.type.startsWith('payment_intent.')
    ? await applyPaymentEvent(ctx, event.data.object as Stripe.PaymentIntent)
    : await applyRefundEvent(ctx, event.data.object as Stripe.Refund);
  await inTransaction(ctx, (tx) =>
    inbox.saveInboxApplied(tx.tx, { provider: 'stripe', eventId, appliedAt: ctx.now, note }),
  );
}

/** Answers why nothing was done, or null. */
async function applyPaymentEvent(ctx: Ctx, intent: Stripe.PaymentIntent): Promise<string | null> {
  const told = fromPaymentIntent(intent);
  const attemptId = told.attemptId ?? (await attemptOf(ctx, intent.id));
  // Without our mark it is a payment of somebody else's on the same account.
  if (!attemptId || !isUuid(attemptId)) return 'not one of our attempts';
  const payment = await payments.findPayment(ctx.db, { id: attemptId });
  if (!payment) {
    // Our rows are committed before Stripe hears of them, so this is another store on the same account.
    ctx.log.warn({ attemptId, providerRef: intent.id }, 'payment event about an unknown attempt');
    return 'unknown attempt';
  }
  // Money that has come has come; anything else may be out of date, since events come late and in any order.
  const request = { ...(await attemptRequest(ctx.db, payment)), providerRef: intent.id };
  const result = told.status === 'captured' ? told : await ctx.payments.get('stripe')?.find(request);
  const applied = await applyResult(ctx, attemptId, result ?? told);
  return applied.outcome === 'applied' ? null : applied.outcome;
}

async function attemptOf(ctx: Ctx, providerRef: string): Promise<string | undefined> {
  return (await payments.findPaymentByRef(ctx.db, { provider: 'stripe', providerRef }))?.id;
}

async function applyRefundEvent(ctx: Ctx, refund: Stripe.Refund): Promise<string | null> {
  const refundId = refund.metadata?.['refund_id'];
  if (!refundId || !isUuid(refundId)) return 'not one of our refunds';
  await applyRefund(ctx, refundId, fromRefund(refund));
  return null;
}
