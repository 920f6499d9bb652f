import { declineError, newBalanceTransaction, newCharge } from './builders.ts';
import { ApiError, invalidRequest, resourceMissing } from './errors.ts';
import type { Charge, JsonObject, PaymentIntent, PaymentMethod } from './objects.ts';
import { newPaymentMethod } from './payment-method-details.ts';
import {
  AUTHENTICATION_REQUIRED,
  behaviourOf,
  type Decline,
  type TestPaymentMethod,
  testPaymentMethod,
} from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

/** What the confirming side says about this one attempt. */
export interface AttemptTerms {
  readonly returnUrl?: string | undefined;
  readonly offSession?: boolean | undefined;
  readonly useStripeSdk?: boolean | undefined;
  readonly errorOnRequiresAction?: boolean | undefined;
}

/**
 * Finds a stored payment method, or makes one from a test name such as `pm_card_visa`.
 *
 * @throws ApiError `resource_missing`.
 */
export function takePaymentMethod(tx: Transaction, id: string): PaymentMethod {
  const stored = tx.find('payment_method', id);
  if (stored !== undefined) return stored;
  const test = testPaymentMethod(id);
  if (test === undefined) throw resourceMissing('PaymentMethod', id, 'payment_method');
  return tx.put(newPaymentMethod(tx.id('pm'), tx.now, test));
}

function testOf(paymentMethod: PaymentMethod): TestPaymentMethod {
  const test = behaviourOf(paymentMethod);
  if (test === undefined) throw new Error(`${paymentMethod.id} has no known behaviour`);
  return test;
}

function save(tx: Transaction, intent: PaymentIntent, eventType?: string): PaymentIntent {
  tx.put(intent);
  if (eventType !== undefined) tx.emit(eventType, intent);
  return intent;
}

function cardError(intent: PaymentIntent, error: JsonObject): ApiError {
  const text = (key: string): string => String(error[key]);
  return new ApiError(402, {
    type: 'card_error',
    code: text('code'),
    decline_code: text('decline_code'),
    message: text('message'),
    ...(error['param'] === undefined ? {} : { param: text('param') }),
    ...(error['charge'] === undefined ? {} : { charge: text('charge') }),
    payment_intent: intent,
    payment_method: error['payment_method'] as JsonObject,
  });
}

function recordDecline(
  tx: Transaction,
  intent: PaymentIntent,
  decline: Decline,
  paymentMethod: PaymentMethod,
  charge: Charge | null,
): PaymentIntent {
  if (charge !== null) {
    tx.put(charge);
    tx.emit('charge.failed', charge);
  }
  return save(
    tx,
    {
      ...intent,
      last_payment_error: declineError(decline, charge, paymentMethod),
      latest_charge: charge?.id ?? intent.latest_charge,
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    },
    'payment_intent.payment_failed',
  );
}

/** Books a captured charge on the balance. */
export function book(tx: Transaction, charge: Charge): Charge {
  const movement = tx.put(
    newBalanceTransaction(tx, {
      amount: charge.amount_captured,
      currency: charge.currency,
      source: charge.id,
      type: charge.id.startsWith('ch_') ? 'charge' : 'payment',
    }),
  );
  return tx.put({ ...charge, balance_transaction: movement.id });
}

function keepForLater(tx: Transaction, intent: PaymentIntent, paymentMethod: PaymentMethod): void {
  if (intent.setup_future_usage === null || intent.customer === null || paymentMethod.customer !== null) return;
  tx.put({ ...paymentMethod, customer: intent.customer });
}

function succeed(
  tx: Transaction,
  intent: PaymentIntent,
  paymentMethod: PaymentMethod,
  authenticated: boolean,
): PaymentIntent {
  const manual = intent.capture_method === 'manual';
  const fresh = newCharge(tx, intent, {
    paymentMethod,
    test: testOf(paymentMethod),
    authenticated,
    captured: !manual,
    status: 'succeeded',
  });
  const charge = manual ? tx.put(fresh) : book(tx, fresh);
  tx.emit('charge.succeeded', charge);
  keepForLater(tx, intent, paymentMethod);
  const paid = { ...intent, last_payment_error: null, latest_charge: charge.id, next_action: null };
  if (manual) {
    const held: PaymentIntent = { ...paid, amount_capturable: intent.amount, status: 'requires_capture' };
    return save(tx, held, 'payment_intent.amount_capturable_updated');
  }
  const done: PaymentIntent = { ...paid, amount_received: intent.amount, status: 'succeeded' };
  return save(tx, done, 'payment_intent.succeeded');
}

function startProcessing(tx: Transaction, intent: PaymentIntent, paymentMethod: PaymentMethod): PaymentIntent {
  const test = testOf(paymentMethod);
  const charge = tx.put(
    newCharge(tx, intent, { paymentMethod, test, authenticated: false, captured: true, status: 'pending' }),
  );
  tx.emit('charge.pending', charge);
  tx.settleLater(intent.id);
  const pending: PaymentIntent = {
    ...intent,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    status: 'processing',
  };
  return save(tx, pending, 'payment_intent.processing');
}

function challenge(tx: Transaction, intent: PaymentIntent, terms: AttemptTerms): PaymentIntent {
  const page = `${tx.publicUrl}/3ds/${intent.id}`;
  const redirect = terms.returnUrl !== undefined && terms.useStripeSdk !== true;
  const nextAction: JsonObject = redirect
    ? { redirect_to_url: { return_url: terms.returnUrl ?? null, url: page }, type: 'redirect_to_url' }
    : {
        type: 'use_stripe_sdk',
        use_stripe_sdk: { source: tx.id('src'), stripe_js: page, type: 'three_d_secure_redirect' },
      };
  return save(
    tx,
    { ...intent, last_payment_error: null, next_action: nextAction, status: 'requires_action' },
    'payment_intent.requires_action',
  );
}

function requireOwner(intent: PaymentIntent, { id, customer }: PaymentMethod): void {
  if (customer === null || customer === intent.customer) return;
  throw invalidRequest(
    intent.customer === null
      ? `The PaymentMethod ${id} belongs to a Customer. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
      : `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { param: 'payment_method' },
  );
}

function requireReturnUrl(intent: PaymentIntent, terms: AttemptTerms): void {
  const redirects = intent.automatic_payment_methods?.allow_redirects === 'always';
  if (!redirects || terms.returnUrl !== undefined || terms.useStripeSdk === true || terms.offSession === true) return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

/**
 * Asks for the money of a PaymentIntent whose payment method is set.
 *
 * @throws ApiError 402 on a decline, after recording it in the transaction.
 */
export function attempt(tx: Transaction, intent: PaymentIntent, terms: AttemptTerms): PaymentIntent {
  const paymentMethod = takePaymentMethod(tx, intent.payment_method ?? '');
  const test = testOf(paymentMethod);
  if (!intent.payment_method_types.includes(test.type)) {
    throw invalidRequest(
      `The PaymentMethod provided (${test.type}) is not allowed for this PaymentIntent. Please attach a PaymentMethod of one of the following types: ${intent.payment_method_types.join(', ')}.`,
      { param: 'payment_method' },
    );
  }
  requireOwner(intent, paymentMethod);
  requireReturnUrl(intent, terms);
  const present = terms.offSession !== true;
  const challenged = test.challenge === 'always' || (test.challenge === 'on_session_only' && present);
  if (challenged && present && terms.errorOnRequiresAction !== true) return challenge(tx, intent, terms);
  if (test.type === 'us_bank_account') return startProcessing(tx, intent, paymentMethod);
  const decline = challenged ? AUTHENTICATION_REQUIRED : test.decline;
  if (decline === undefined) return succeed(tx, intent, paymentMethod, false);
  const failed = declinedCharge(tx, intent, paymentMethod, decline);
  const refused = recordDecline(tx, intent, decline, paymentMethod, failed);
  throw cardError(refused, refused.last_payment_error ?? {});
}

function declinedCharge(
  tx: Transaction,
  intent: PaymentIntent,
  paymentMethod: PaymentMethod,
  decline: Decline,
): Charge {
  const test = testOf(paymentMethod);
  return newCharge(tx, intent, {
    paymentMethod,
    test,
    authenticated: false,
    captured: false,
    status: 'failed',
    decline,
  });
}

const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  declineCode: '',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};

/** Applies the customer's answer to a 3-D Secure challenge; any other state is left alone. */
export function finishChallenge(tx: Transaction, intent: PaymentIntent, passed: boolean): PaymentIntent {
  if (intent.status !== 'requires_action' || intent.payment_method === null) return intent;
  const paymentMethod = takePaymentMethod(tx, intent.payment_method);
  const { decline } = testOf(paymentMethod);
  if (passed && decline === undefined) return succeed(tx, intent, paymentMethod, true);
  if (passed && decline !== undefined) {
    const failed = declinedCharge(tx, intent, paymentMethod, decline);
    return recordDecline(tx, intent, decline, paymentMethod, failed);
  }
  const { decline_code: _, ...error } = declineError(AUTHENTICATION_FAILED, null, paymentMethod);
  const refused: PaymentIntent = {
    ...intent,
    last_payment_error: { ...error, type: 'invalid_request_error' },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  };
  return save(tx, refused, 'payment_intent.payment_failed');
}

/** Ends a bank debit that was processing. */
export function finishProcessing(tx: Transaction, intent: PaymentIntent): void {
  const charge = tx.find('charge', intent.latest_charge ?? '');
  if (intent.status !== 'processing' || charge === undefined) return;
  const paymentMethod = takePaymentMethod(tx, charge.payment_method);
  const { decline } = testOf(paymentMethod);
  if (decline !== undefined) {
    const failed: Charge = {
      ...charge,
      failure_code: decline.code,
      failure_message: decline.message,
      status: 'failed',
    };
    recordDecline(tx, intent, decline, paymentMethod, { ...failed, amount_captured: 0, captured: false });
    return;
  }
  tx.emit('charge.succeeded', book(tx, { ...charge, paid: true, status: 'succeeded' }));
  save(tx, { ...intent, amount_received: intent.amount, status: 'succeeded' }, 'payment_intent.succeeded');
}
