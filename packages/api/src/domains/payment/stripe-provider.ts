import Stripe from 'stripe';
import type { StripeConfig } from '../../runtime/config.ts';
import {
  type AttemptRequest,
  MISCONFIGURED,
  type PaymentProvider,
  type ProviderResult,
  type ProviderStatus,
  ProviderUnavailableError,
  type RefundResult,
} from './provider.ts';
import { createStripeVault } from './stripe-vault.ts';

/** Two tries of this length end well before an attempt counts as never started. */
const TIMEOUT_MS = 10_000;
/** The provider's clock and ours may differ by the first; the second covers every wait of ours before the call. */
const SEARCH_BEFORE_SECONDS = 60;
const SEARCH_AFTER_SECONDS = 180;
const MAX_SEARCHED = 5_000;

/** The SDK, pointed at `apiBase` (a simulator) when there is one. */
export function createStripe(config: StripeConfig): Stripe {
  const base = config.apiBase ? new URL(config.apiBase) : undefined;
  const protocol = base?.protocol === 'http:' ? 'http' : 'https';
  return new Stripe(config.secretKey, {
    ...(base && { host: base.hostname, port: base.port || (protocol === 'http' ? 80 : 443), protocol }),
    telemetry: false,
    maxNetworkRetries: 1,
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
  const currency = intent.currency.toUpperCase();
  return {
    status,
    providerRef: intent.id,
    amountMinor: fromStripe(status === 'captured' ? intent.amount_received : intent.amount, currency),
    currency,
    attemptId: intent.metadata['attempt_id'] ?? null,
    clientSecret: intent.client_secret ?? undefined,
    ...(status === 'failed' && failureOf(error?.decline_code ?? error?.code, error?.message)),
  };
}

/** Declines that Stripe asks not to be told to whoever holds the card; staff find the reason in the message. */
const SECRET_DECLINES = [
  'fraudulent',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'restricted_card',
  'stolen_card',
];

function failureOf(code: string | undefined, message: string | undefined) {
  if (code === undefined || !SECRET_DECLINES.includes(code))
    return { failureCode: code ?? 'declined', failureMessage: message };
  return { failureCode: 'generic_decline', failureMessage: `${code}: ${message ?? ''}` };
}

/** Currencies that Stripe counts in hundredths although ISO 4217 gives them none. */
const IN_HUNDREDTHS = ['ISK', 'UGX'];
/** Counted in whole units there and in fifths by ISO 4217: no amount would be the same. */
const UNSUPPORTED = ['MGA'];
const toStripe = (amountMinor: number, currency: string) => amountMinor * (IN_HUNDREDTHS.includes(currency) ? 100 : 1);
const fromStripe = (amount: number, currency: string) => amount / (IN_HUNDREDTHS.includes(currency) ? 100 : 1);

const notMade = ({ amountMinor, currency, attemptId }: AttemptRequest): ProviderResult => ({
  status: 'failed',
  providerRef: null,
  amountMinor,
  currency,
  attemptId,
});

function refused(attempt: AttemptRequest, error: Stripe.errors.StripeError): ProviderResult {
  return { ...notMade(attempt), ...failureOf(error.decline_code ?? error.code ?? 'refused', error.message) };
}

/** Stripe through its SDK. Every write carries our row's id as idempotency key. */
export function createStripeProvider(stripe: Stripe, test: boolean): PaymentProvider {
  return {
    test,
    vault: createStripeVault(stripe),
    async start(attempt) {
      if (UNSUPPORTED.includes(attempt.currency)) return { ...notMade(attempt), failureCode: 'currency_unsupported' };
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount: toStripe(attempt.amountMinor, attempt.currency),
            currency: attempt.currency.toLowerCase(),
            description: `Order ${attempt.orderNumber}`,
            metadata: { attempt_id: attempt.attemptId, order_id: attempt.orderId },
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            ...(attempt.paymentMethodId && { payment_method: attempt.paymentMethodId, confirm: true }),
            ...(attempt.customerRef && { customer: attempt.customerRef }),
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
        if (
          error instanceof Stripe.errors.StripeAuthenticationError ||
          error instanceof Stripe.errors.StripePermissionError
        ) {
          return { ...refused(attempt, error), failureCode: MISCONFIGURED };
        }
        throw unavailable(error);
      }
    },
    async find(attempt) {
      try {
        if (attempt.providerRef) return fromPaymentIntent(await stripe.paymentIntents.retrieve(attempt.providerRef));
        return await search(stripe, attempt);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return undefined;
        throw unavailable(error);
      }
    },
    async cancel(attempt) {
      try {
        return fromPaymentIntent(await stripe.paymentIntents.cancel(attempt.providerRef));
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unavailable(error);
      }
      // It was paid, or given up, in the meantime: what it is now decides.
      return fromPaymentIntent(await stripe.paymentIntents.retrieve(attempt.providerRef).catch(throwUnavailable));
    },
    async findRefund(providerRef) {
      return fromRefund(await stripe.refunds.retrieve(providerRef).catch(throwUnavailable));
    },
    async refund(refund) {
      try {
        const made = await stripe.refunds.create(
          {
            payment_intent: refund.providerRef,
            amount: toStripe(refund.amountMinor, refund.currency),
            metadata: { refund_id: refund.refundId },
          },
          { idempotencyKey: refund.refundId },
        );
        return fromRefund(made);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) {
          // Somebody has sent all of it back by hand: that is what was wanted.
          if (error.code === 'charge_already_refunded') return { status: 'succeeded', providerRef: null };
          return { status: 'failed', providerRef: null, message: error.message };
        }
        throw unavailable(error);
      }
    },
  };
}

const unavailable = (cause: unknown) => new ProviderUnavailableError('Stripe did not answer', { cause });

function throwUnavailable(error: unknown): never {
  throw unavailable(error);
}

/** A refund in our words. */
export function fromRefund(refund: Stripe.Refund): RefundResult {
  const { id: providerRef, status } = refund;
  if (status === 'succeeded') return { status: 'succeeded', providerRef };
  if (status === 'failed' || status === 'canceled') {
    return { status: 'failed', providerRef, message: refund.failure_reason ?? status };
  }
  return { status: 'submitted', providerRef };
}

/** Stripe's list is consistent, its search is not: look through what was made around the time of the attempt. */
async function search(stripe: Stripe, attempt: AttemptRequest): Promise<ProviderResult | undefined> {
  const at = Math.floor(attempt.createdAt.getTime() / 1000);
  const created = { gte: at - SEARCH_BEFORE_SECONDS, lte: at + SEARCH_AFTER_SECONDS };
  let seen = 0;
  for await (const intent of stripe.paymentIntents.list({ created, limit: 100 })) {
    if (intent.metadata['attempt_id'] === attempt.attemptId) return fromPaymentIntent(intent);
    seen += 1;
    // Not having seen it is no proof that it is not there.
    if (seen >= MAX_SEARCHED) throw new ProviderUnavailableError('Too many payments to look through');
  }
  return undefined;
}
