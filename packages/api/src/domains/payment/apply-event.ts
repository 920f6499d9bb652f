import { inbox, payments } from '@cartwright/db';
import type Stripe from 'stripe';
import type { Ctx } from '../../context.ts';
import { secondsBetween } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { applyResult } from './apply-result.ts';
import { fromPaymentIntent } from './stripe-provider.ts';

/** How long an event about an attempt that we do not know waits for it before it is put aside. */
const EARLY_EVENT_SECONDS = 3600;

/** Thrown so that the queue tries an early event again later. */
class EarlyEventError extends Error {
  override readonly name = 'EarlyEventError';
}

/** Applies an event from the inbox, once. Throws {@link EarlyEventError} while its attempt is not known. */
export async function applyStripeEvent(ctx: Ctx, eventId: string): Promise<void> {
  const row = await inbox.findInboxEvent(ctx.db, { provider: 'stripe', eventId });
  if (!row || row.appliedAt) return;
  const note = await effectOf(ctx, row);
  await inTransaction(ctx, (tx) =>
    inbox.saveInboxApplied(tx.tx, { provider: 'stripe', eventId, appliedAt: ctx.now, note }),
  );
}

/** Does what the event asks for; answers why nothing was done, or null. */
async function effectOf(ctx: Ctx, row: inbox.InboxRow): Promise<string | null> {
  const intent = (row.payload as Stripe.Event).data.object as Stripe.PaymentIntent;
  const result = fromPaymentIntent(intent);
  const attemptId = result.attemptId ?? (await attemptOf(ctx, intent.id));
  // Without our mark it is a payment of somebody else's on the same account.
  if (!attemptId || !isUuid(attemptId)) return 'not one of our attempts';
  const applied = await applyResult(ctx, attemptId, result);
  if (applied.outcome === 'unknown_attempt') {
    const ageSeconds = secondsBetween(row.receivedAt, ctx.now);
    if (ageSeconds < EARLY_EVENT_SECONDS) throw new EarlyEventError(`Attempt ${attemptId} is not known yet`);
    ctx.log.error({ eventId: row.eventId, attemptId }, 'payment event about an unknown attempt');
    return 'unknown attempt';
  }
  return applied.outcome === 'applied' ? null : applied.outcome;
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

async function attemptOf(ctx: Ctx, providerRef: string): Promise<string | undefined> {
  return (await payments.findPaymentByRef(ctx.db, { provider: 'stripe', providerRef }))?.id;
}
