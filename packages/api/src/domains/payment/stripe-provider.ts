import Stripe from 'stripe';
import type { StripeConfig } from '../../runtime/config.ts';
import {
  type AttemptRequest,
  type PaymentProvider,
  type ProviderResult,
  type ProviderStatus,
  ProviderUnavailableError,
} from './provider.ts';

const TIMEOUT_MS = 20_000;
/** An attempt that the provider knows was made at most this long before or after our row. */
const SEARCH_WINDOW_SECONDS = 600;
const SEARCH_PAGES = 10;

/** The SDK, pointed at `apiBase` (a simulator) when there is one. */
export function createStripe(config: StripeConfig): Stripe {
  const base = config.apiBase ? new URL(config.apiBase) : undefined;
  const protocol = base?.protocol === 'http:' ? 'http' : 'https';
  return new Stripe(config.secretKey, {
    ...(base && { host: base.hostname, port: base.port || (protocol === 'http' ? 80 : 443), protocol }),
    telemetry: false,
    maxNetworkRetries: 2,
    timeout: TIMEOUT_MS,
  });
}

function statusOf(intent: Stripe.PaymentIntent): ProviderStatus {
  switch (intent.status) {
    case 'succeeded':
      return 'captured';
    case 'requires_capture':
      return 'authorized';
    case 'processing':
      return 'processing';
    case 'canceled':
      return 'voided';
    case 'requires_payment_method':
      return intent.last_payment_error ? 'failed' : 'requires_action';
    default:
      return 'requires_action';
  }
}

/** A PaymentIntent in our words. Amount and currency are what Stripe moved, or means to move. */
export function fromPaymentIntent(intent: Stripe.PaymentIntent): ProviderResult {
  const status = statusOf(intent);
  const error = intent.last_payment_error;
  return {
    status,
    providerRef: intent.id,
    amountMinor: status === 'captured' ? intent.amount_received : intent.amount,
    currency: intent.currency.toUpperCase(),
    attemptId: intent.metadata['attempt_id'] ?? null,
    clientSecret: intent.client_secret ?? undefined,
    failureCode: status === 'failed' ? (error?.decline_code ?? error?.code ?? 'declined') : undefined,
    failureMessage: status === 'failed' ? (error?.message ?? undefined) : undefined,
  };
}

function refused(attempt: AttemptRequest, error: Stripe.errors.StripeError): ProviderResult {
  const { amountMinor, currency, attemptId } = attempt;
  const failureCode = error.decline_code ?? error.code ?? 'refused';
  const base = { status: 'failed' as const, providerRef: null, amountMinor, currency, attemptId };
  return { ...base, failureCode, failureMessage: error.message };
}

/** Stripe through its SDK. Every write carries our row's id as idempotency key. */
export function createStripeProvider(stripe: Stripe, test: boolean): PaymentProvider {
  return {
    test,
    async start(attempt) {
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount: attempt.amountMinor,
            currency: attempt.currency.toLowerCase(),
            description: `Order ${attempt.orderNumber}`,
            metadata: { attempt_id: attempt.attemptId, order_id: attempt.orderId },
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            ...(attempt.paymentMethodId && { payment_method: attempt.paymentMethodId, confirm: true }),
          },
          { idempotencyKey: attempt.attemptId },
        );
        return fromPaymentIntent(intent);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeCardError && error.payment_intent) {
          return fromPaymentIntent(error.payment_intent as Stripe.PaymentIntent);
        }
        // Refused before anything was made, so the attempt has failed and nothing can come of it.
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return refused(attempt, error);
        if (error instanceof Stripe.errors.StripeAuthenticationError) return refused(attempt, error);
        if (error instanceof Stripe.errors.StripePermissionError) return refused(attempt, error);
        throw new ProviderUnavailableError('Stripe did not answer', { cause: error });
      }
    },
    async find(attempt) {
      try {
        if (attempt.providerRef) return fromPaymentIntent(await stripe.paymentIntents.retrieve(attempt.providerRef));
        return await search(stripe, attempt);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return undefined;
        throw new ProviderUnavailableError('Stripe did not answer', { cause: error });
      }
    },
    async cancel(attempt) {
      try {
        return fromPaymentIntent(await stripe.paymentIntents.cancel(attempt.providerRef));
      } catch (error) {
        // It may have been paid, or given up, in the meantime: what it is now decides.
        if (error instanceof Stripe.errors.StripeInvalidRequestError) {
          return fromPaymentIntent(await stripe.paymentIntents.retrieve(attempt.providerRef));
        }
        throw new ProviderUnavailableError('Stripe did not answer', { cause: error });
      }
    },
    async refund(refund) {
      try {
        const made = await stripe.refunds.create(
          { payment_intent: refund.providerRef, amount: refund.amountMinor, metadata: { refund_id: refund.refundId } },
          { idempotencyKey: refund.refundId },
        );
        const status = made.status === 'succeeded' ? 'succeeded' : made.status === 'failed' ? 'failed' : 'submitted';
        return { status, providerRef: made.id };
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) {
          return { status: 'failed', providerRef: null, message: error.message };
        }
        throw new ProviderUnavailableError('Stripe did not answer', { cause: error });
      }
    },
  };
}

/** Stripe's list is consistent, its search is not: look through what was made around the time of the attempt. */
async function search(stripe: Stripe, attempt: AttemptRequest): Promise<ProviderResult | undefined> {
  const at = Math.floor(attempt.createdAt.getTime() / 1000);
  const created = { gte: at - SEARCH_WINDOW_SECONDS, lte: at + SEARCH_WINDOW_SECONDS };
  let seen = 0;
  for await (const intent of stripe.paymentIntents.list({ created, limit: 100 })) {
    if (intent.metadata['attempt_id'] === attempt.attemptId) return fromPaymentIntent(intent);
    seen += 1;
    if (seen >= SEARCH_PAGES * 100) break;
  }
  return undefined;
}
