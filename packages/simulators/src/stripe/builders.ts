import { docUrlOf } from './errors.ts';
import type {
  BalanceTransaction,
  Charge,
  Customer,
  JsonObject,
  PaymentIntent,
  PaymentMethod,
  Refund,
} from './objects.ts';
import { bankAccount, cardDetails } from './payment-method-details.ts';
import type { Decline, TestPaymentMethod } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

/** A PaymentIntent nobody has touched. */
export function newPaymentIntent(
  tx: Transaction,
  given: Pick<PaymentIntent, 'amount' | 'currency'> & Partial<PaymentIntent>,
): PaymentIntent {
  const id = tx.id('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${tx.text(25)}`,
    confirmation_method: 'automatic',
    created: tx.now,
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...given,
  };
}

function outcomeOf(decline: Decline | undefined): JsonObject {
  return {
    advice_code: null,
    network_advice_code: decline === undefined ? null : '02',
    network_decline_code: decline === undefined ? null : '05',
    network_status: decline === undefined ? 'approved_by_network' : 'declined_by_network',
    reason: decline?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: decline === undefined ? 'Payment complete.' : 'The bank did not return any further details.',
    type: decline === undefined ? 'authorized' : 'issuer_declined',
  };
}

/** What happened when the money was asked for. */
export interface ChargeResult {
  readonly paymentMethod: PaymentMethod;
  readonly test: TestPaymentMethod;
  readonly authenticated: boolean;
  readonly captured: boolean;
  readonly status: Charge['status'];
  readonly decline?: Decline;
}

/** The Charge of one attempt of a PaymentIntent. */
export function newCharge(tx: Transaction, intent: PaymentIntent, result: ChargeResult): Charge {
  const id = tx.id(result.test.type === 'card' ? 'ch' : 'py');
  const { decline, status, test } = result;
  const authorized = status === 'failed' ? null : intent.amount;
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: result.captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: result.paymentMethod['billing_details'],
    calculated_statement_descriptor: 'CARTWRIGHT SIMULATOR',
    captured: result.captured,
    created: tx.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: result.paymentMethod.id,
    payment_method_details:
      test.type === 'card'
        ? { card: cardDetails(test, authorized, result.authenticated), type: 'card' }
        : { type: 'us_bank_account', us_bank_account: bankAccount(test) },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: status === 'failed' ? null : `${tx.publicUrl}/pay/${intent.id}?client_secret=${intent.client_secret}`,
    refunded: false,
    refunds: { object: 'list', data: [], has_more: false, url: `/v1/charges/${id}/refunds` },
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
}

/** The `last_payment_error` of a declined attempt. */
export function declineError(decline: Decline, charge: Charge | null, paymentMethod: PaymentMethod): JsonObject {
  return {
    ...(charge === null ? {} : { charge: charge.id }),
    code: decline.code,
    decline_code: decline.declineCode,
    doc_url: docUrlOf(decline.code),
    message: decline.message,
    ...(decline.param === undefined ? {} : { param: decline.param }),
    payment_method: paymentMethod as JsonObject,
    type: 'card_error',
  };
}

/** The Refund of some or all of a charge. */
export function newRefund(
  tx: Transaction,
  charge: Charge,
  given: Pick<Refund, 'amount' | 'metadata' | 'reason' | 'status'>,
): Refund {
  return {
    id: tx.id('re'),
    object: 'refund',
    balance_transaction: null,
    charge: charge.id,
    created: tx.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    receipt_number: null,
    source_transfer_reversal: null,
    transfer_reversal: null,
    ...given,
  };
}

/** The movement on the balance that a capture or refund causes. */
export function newBalanceTransaction(
  tx: Transaction,
  given: Pick<BalanceTransaction, 'amount' | 'currency' | 'source' | 'type'>,
): BalanceTransaction {
  // 2.9 % and 30 minor units, Stripe's list price; refunds cost nothing.
  const fee = given.type === 'refund' ? 0 : Math.round(given.amount * 0.029) + 30;
  const detail = { amount: fee, application: null, currency: given.currency, description: 'Stripe processing fees' };
  return {
    id: tx.id('txn'),
    object: 'balance_transaction',
    available_on: tx.now + 2 * 24 * 60 * 60,
    balance_type: 'payments',
    created: tx.now,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [{ ...detail, type: 'stripe_fee' }],
    net: given.amount - fee,
    reporting_category: given.type === 'refund' ? 'refund' : 'charge',
    status: 'pending',
    ...given,
  };
}

/** A Customer with no payment method. */
export function newCustomer(tx: Transaction, given: Partial<Customer>): Customer {
  return {
    id: `cus_${tx.text(14)}`,
    object: 'customer',
    address: null,
    balance: 0,
    created: tx.now,
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: tx.text(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...given,
  };
}
