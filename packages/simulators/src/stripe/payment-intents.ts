import { type AttemptTerms, attempt, book, takePaymentMethod } from './attempts.ts';
import { newPaymentIntent } from './builders.ts';
import { invalidRequest, resourceMissing, unexpectedState } from './errors.ts';
import { patchMetadata } from './metadata.ts';
import type { Charge, PaymentIntent } from './objects.ts';
import type {
  CancelParams,
  CaptureParams,
  ConfirmParams,
  CreateParams,
  UpdateParams,
} from './payment-intent-params.ts';
import type { Transaction } from './transaction.ts';

/**
 * Finds the PaymentIntent named in the URL.
 *
 * @throws ApiError 404.
 */
export function existingIntent(tx: Transaction, id: string): PaymentIntent {
  const intent = tx.find('payment_intent', id);
  if (intent === undefined) throw resourceMissing('payment_intent', id, 'intent');
  return intent;
}

function requireCustomer(tx: Transaction, id: string | null | undefined): string | null {
  if (id === null || id === undefined) return null;
  if (tx.find('customer', id) === undefined) throw resourceMissing('customer', id, 'customer');
  return id;
}

function termsOf(params: ConfirmParams): AttemptTerms {
  return {
    returnUrl: params.return_url,
    offSession: params.off_session,
    useStripeSdk: params.use_stripe_sdk,
    errorOnRequiresAction: params.error_on_requires_action,
  };
}

const CONFIRM_ONLY = ['return_url', 'off_session', 'error_on_requires_action'] as const;

function refuseConfirmOnly(params: CreateParams): void {
  const stray = CONFIRM_ONLY.find((name) => params[name] !== undefined);
  if (params.confirm === true || stray === undefined) return;
  throw invalidRequest(`The parameter \`${stray}\` cannot be passed unless \`confirm\` is set to true.`, {
    param: stray,
  });
}

type Methods = Pick<
  PaymentIntent,
  'allowed_payment_method_types' | 'automatic_payment_methods' | 'payment_method_types'
>;

function acceptedMethods(params: CreateParams): Methods {
  const { allowed_payment_method_types: allowed, automatic_payment_methods: automatic } = params;
  if (automatic?.enabled && params.payment_method_types !== undefined) {
    throw invalidRequest(
      'You may only specify one of these parameters: automatic_payment_methods, payment_method_types.',
    );
  }
  const types = allowed ?? params.payment_method_types;
  const dynamic = automatic?.enabled ?? types === undefined;
  const offered = params.currency === 'usd' && dynamic ? ['card', 'us_bank_account'] : ['card'];
  return {
    allowed_payment_method_types: allowed ?? null,
    automatic_payment_methods: dynamic
      ? { allow_redirects: automatic?.allow_redirects ?? 'always', enabled: true }
      : null,
    payment_method_types: types ?? offered,
  };
}

/** Creates a PaymentIntent and, with `confirm`, attempts it. */
export function createIntent(tx: Transaction, params: CreateParams): PaymentIntent {
  refuseConfirmOnly(params);
  const methods = acceptedMethods(params);
  const paymentMethod = params.payment_method === undefined ? null : takePaymentMethod(tx, params.payment_method).id;
  const intent = newPaymentIntent(tx, {
    ...methods,
    amount: params.amount,
    currency: params.currency,
    capture_method: params.capture_method ?? 'automatic_async',
    customer: requireCustomer(tx, params.customer),
    description: params.description ?? null,
    metadata: patchMetadata({}, params.metadata),
    payment_method: paymentMethod,
    payment_method_options: methods.payment_method_types.includes('card')
      ? { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } }
      : {},
    receipt_email: params.receipt_email ?? null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: params.shipping ?? null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_group: params.transfer_group ?? null,
  });
  if (params.confirm === true) requirePaymentMethod(intent);
  tx.put(intent);
  tx.emit('payment_intent.created', intent);
  return params.confirm === true ? attempt(tx, intent, termsOf(params)) : intent;
}

function requirePaymentMethod(intent: PaymentIntent): void {
  if (intent.payment_method !== null) return;
  throw unexpectedState(
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    intent,
  );
}

const OPEN: ReadonlySet<string> = new Set(['requires_payment_method', 'requires_confirmation', 'requires_action']);

/** Confirms an open PaymentIntent. */
export function confirmIntent(tx: Transaction, id: string, params: ConfirmParams): PaymentIntent {
  const intent = existingIntent(tx, id);
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
      intent,
    );
  }
  if (!OPEN.has(intent.status)) {
    throw unexpectedState(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
      intent,
    );
  }
  if (intent.status === 'requires_action' && params.payment_method === undefined) return intent;
  const confirmed: PaymentIntent = {
    ...intent,
    capture_method: params.capture_method ?? intent.capture_method,
    payment_method:
      params.payment_method === undefined ? intent.payment_method : takePaymentMethod(tx, params.payment_method).id,
    receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email,
    setup_future_usage: params.setup_future_usage ?? intent.setup_future_usage,
    shipping: params.shipping === undefined ? intent.shipping : params.shipping,
  };
  requirePaymentMethod(confirmed);
  return attempt(tx, confirmed, termsOf(params));
}

/** Changes a PaymentIntent; what decides the payment only while it is open. */
export function updateIntent(tx: Transaction, id: string, params: UpdateParams): PaymentIntent {
  const intent = existingIntent(tx, id);
  const decisive = (['amount', 'currency', 'payment_method', 'customer', 'capture_method'] as const).find(
    (name) => params[name] !== undefined,
  );
  if (decisive !== undefined && !OPEN.has(intent.status)) {
    throw unexpectedState(
      `This PaymentIntent's ${decisive} could not be updated because it has a status of ${intent.status}. You may only update the ${decisive} of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, requires_action.`,
      intent,
    );
  }
  const paymentMethod =
    params.payment_method === undefined ? intent.payment_method : takePaymentMethod(tx, params.payment_method).id;
  const reopened = paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation';
  return tx.put({
    ...intent,
    amount: params.amount ?? intent.amount,
    capture_method: params.capture_method ?? intent.capture_method,
    currency: params.currency ?? intent.currency,
    customer: params.customer === undefined ? intent.customer : requireCustomer(tx, params.customer),
    description: params.description === undefined ? intent.description : params.description,
    metadata: patchMetadata(intent.metadata, params.metadata),
    next_action: decisive === undefined ? intent.next_action : null,
    payment_method: paymentMethod,
    receipt_email: params.receipt_email === undefined ? intent.receipt_email : params.receipt_email,
    setup_future_usage: params.setup_future_usage ?? intent.setup_future_usage,
    shipping: params.shipping === undefined ? intent.shipping : params.shipping,
    statement_descriptor: params.statement_descriptor ?? intent.statement_descriptor,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? intent.statement_descriptor_suffix,
    status: decisive === undefined ? intent.status : reopened,
    transfer_group: params.transfer_group ?? intent.transfer_group,
  });
}

function chargeOf(tx: Transaction, intent: PaymentIntent): Charge {
  const charge = tx.find('charge', intent.latest_charge ?? '');
  if (charge === undefined) throw new Error(`${intent.id} has no charge`);
  return charge;
}

/** Takes all or part of an authorized amount; the rest is released. */
export function captureIntent(tx: Transaction, id: string, params: CaptureParams): PaymentIntent {
  const intent = existingIntent(tx, id);
  if (intent.status !== 'requires_capture') {
    throw unexpectedState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      intent,
    );
  }
  const amount = params.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      `The requested capture amount is greater than the amount you can capture for this charge (${intent.amount_capturable}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  tx.emit('charge.captured', book(tx, { ...chargeOf(tx, intent), amount_captured: amount, captured: true }));
  const captured = tx.put({
    ...intent,
    amount_capturable: 0,
    amount_received: amount,
    metadata: patchMetadata(intent.metadata, params.metadata),
    status: 'succeeded' as const,
  });
  tx.emit('payment_intent.succeeded', captured);
  return captured;
}

/** Ends a PaymentIntent that was not paid; a held amount is released. */
export function cancelIntent(tx: Transaction, id: string, params: CancelParams): PaymentIntent {
  const intent = existingIntent(tx, id);
  if (!OPEN.has(intent.status) && intent.status !== 'requires_capture') {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action.`,
      intent,
    );
  }
  if (intent.status === 'requires_capture') {
    const held = chargeOf(tx, intent);
    tx.emit('charge.refunded', tx.put({ ...held, amount_refunded: held.amount, refunded: true }));
  }
  const canceled = tx.put({
    ...intent,
    amount_capturable: 0,
    canceled_at: tx.now,
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled' as const,
  });
  tx.emit('payment_intent.canceled', canceled);
  return canceled;
}
