import { inbox } from '@cartwright/db';
import type Stripe from 'stripe';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { paymentErrors } from './errors.ts';
import { createStripe } from './stripe-provider.ts';

const refuse = errorsOf(paymentErrors);

/** Stripe's own advice for how old a signature may be. */
const TOLERANCE_SECONDS = 300;

/**
 * Takes an event of Stripe's in: verifies the signature over the raw bytes and its age before anything is
 * parsed, keeps the event once, and leaves the rest to the worker. A repetition is accepted and changes nothing.
 */
export async function receiveStripeEvent(
  ctx: Ctx,
  request: { body: Uint8Array; signature: string | undefined },
): Promise<{ received: true }> {
  const { stripe: config } = ctx.config;
  if (!config?.webhookSecret) throw refuse('webhook_disabled');
  if (!request.signature) throw refuse('webhook_signature_invalid');
  let event: Stripe.Event;
  try {
    const { webhooks } = createStripe(config);
    const received = ctx.now.getTime();
    const { signature } = request;
    event = webhooks.constructEvent(
      Buffer.from(request.body),
      signature,
      config.webhookSecret,
      TOLERANCE_SECONDS,
      undefined,
      received,
    );
  } catch (error) {
    throw refuse('webhook_signature_invalid', { cause: error });
  }
  const concerns = isOurs(event);
  await inTransaction(ctx, async (tx) => {
    const isNew = await inbox.insertInboxEvent(tx.tx, {
      provider: 'stripe',
      eventId: event.id,
      type: event.type,
      payload: withoutSecret(event),
      receivedAt: ctx.now,
      // What cannot have an effect is kept, but is nobody's work.
      ...(concerns ? { appliedAt: null, note: null } : { appliedAt: ctx.now, note: 'nothing to apply' }),
    });
    if (isNew && concerns)
      await ctx.queue.add(tx.tx, 'payment.event_received', { provider: 'stripe', eventId: event.id });
  });
  return { received: true };
}

/** Events that can change an attempt or a refund. What was just made is known from the answer to making it. */
function isOurs({ type }: Stripe.Event): boolean {
  const concerns = type.startsWith('payment_intent.') || type.startsWith('refund.');
  return concerns && !type.endsWith('.created');
}

/** The event without what would let a reader of the database pay in a shopper's name. */
function withoutSecret(event: Stripe.Event): object {
  const { client_secret: _, ...object } = event.data.object as { client_secret?: string };
  return { ...event, data: { ...event.data, object } };
}
