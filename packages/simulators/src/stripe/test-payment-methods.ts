import type { JsonObject } from './objects.ts';

/** Why a card is refused, in Stripe's words. */
export interface Decline {
  readonly code: string;
  readonly declineCode: string;
  readonly message: string;
  readonly param?: string;
}

/** What a test payment method does when it is charged. */
export interface TestPaymentMethod {
  readonly type: 'card' | 'us_bank_account';
  readonly brand: string;
  readonly last4: string;
  readonly funding: string;
  readonly country: string;
  readonly fingerprint: string;
  /** A challenge is shown when the customer is present. */
  readonly challenge: 'none' | 'always' | 'on_session_only';
  readonly decline?: Decline;
  readonly refund: 'succeeds' | 'pending' | 'fails';
}

const GENERIC: Decline = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
};

/** The refusal for an off-session payment that needs the customer. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

function decline(declineCode: string, message = GENERIC.message, code = 'card_declined', param?: string): Decline {
  return { code, declineCode, message, ...(param === undefined ? {} : { param }) };
}

type Trait = Partial<TestPaymentMethod>;

function card(last4: string, traits: Trait = {}): TestPaymentMethod {
  return {
    type: 'card',
    brand: 'visa',
    last4,
    funding: 'credit',
    country: 'US',
    fingerprint: '',
    challenge: 'none',
    refund: 'succeeds',
    ...traits,
  };
}

const BANK: Trait = { type: 'us_bank_account', brand: 'us_bank_account', funding: 'checking' };

const DEFINITIONS: readonly (readonly [string, TestPaymentMethod])[] = [
  ['pm_card_visa', card('4242')],
  ['pm_card_visa_debit', card('5556', { funding: 'debit' })],
  ['pm_card_mastercard', card('4444', { brand: 'mastercard' })],
  ['pm_card_mastercard_debit', card('8210', { brand: 'mastercard', funding: 'debit' })],
  ['pm_card_mastercard_prepaid', card('5100', { brand: 'mastercard', funding: 'prepaid' })],
  ['pm_card_amex', card('8431', { brand: 'amex' })],
  ['pm_card_discover', card('9424', { brand: 'discover' })],
  ['pm_card_diners', card('0004', { brand: 'diners' })],
  ['pm_card_jcb', card('0505', { brand: 'jcb' })],
  ['pm_card_unionpay', card('0005', { brand: 'unionpay' })],
  ['pm_card_us', card('4242')],
  ['pm_card_de', card('0016', { country: 'DE' })],
  ['pm_card_fr', card('0003', { country: 'FR' })],
  ['pm_card_gb', card('0000', { country: 'GB' })],
  ['pm_card_bypassPending', card('0077')],
  ['pm_card_chargeDeclined', card('0002', { decline: GENERIC })],
  [
    'pm_card_chargeDeclinedInsufficientFunds',
    card('9995', { decline: decline('insufficient_funds', 'Your card has insufficient funds.') }),
  ],
  ['pm_card_chargeDeclinedLostCard', card('9987', { decline: decline('lost_card') })],
  ['pm_card_chargeDeclinedStolenCard', card('9979', { decline: decline('stolen_card') })],
  ['pm_card_chargeDeclinedFraudulent', card('0019', { decline: decline('fraudulent') })],
  ['pm_card_radarBlock', card('0019', { decline: decline('fraudulent') })],
  [
    'pm_card_chargeDeclinedExpiredCard',
    card('0069', { decline: decline('expired_card', 'Your card has expired.', 'expired_card', 'exp_month') }),
  ],
  [
    'pm_card_chargeDeclinedIncorrectCvc',
    card('0127', {
      decline: decline('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc', 'cvc'),
    }),
  ],
  [
    'pm_card_chargeDeclinedProcessingError',
    card('0119', {
      decline: decline(
        'processing_error',
        'An error occurred while processing your card. Try again in a little bit.',
        'processing_error',
      ),
    }),
  ],
  [
    'pm_card_chargeDeclinedVelocityLimitExceeded',
    card('6975', {
      decline: decline(
        'card_velocity_exceeded',
        'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
      ),
    }),
  ],
  ['pm_card_chargeCustomerFail', card('0341', { decline: GENERIC })],
  ['pm_card_threeDSecure2Required', card('3220', { challenge: 'always' })],
  ['pm_card_threeDSecureRequired', card('3063', { challenge: 'always' })],
  ['pm_card_threeDSecureOptional', card('3055')],
  ['pm_card_threeDSecureRequiredChargeDeclined', card('1629', { challenge: 'always', decline: GENERIC })],
  ['pm_card_authenticationRequired', card('3184', { challenge: 'always' })],
  ['pm_card_authenticationRequiredOnSetup', card('3155', { challenge: 'on_session_only' })],
  [
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    card('9995', {
      challenge: 'always',
      decline: decline('insufficient_funds', 'Your card has insufficient funds.'),
    }),
  ],
  ['pm_card_pendingRefund', card('7726', { refund: 'pending' })],
  ['pm_card_refundFail', card('5126', { refund: 'fails' })],
  ['pm_usBankAccount_success', card('6789', BANK)],
  [
    'pm_usBankAccount_insufficientFunds',
    card('2227', {
      ...BANK,
      decline: {
        code: 'payment_method_provider_decline',
        declineCode: 'insufficient_funds',
        message: 'The customer’s account has insufficient funds to cover this payment.',
      },
    }),
  ],
];

// The fingerprint identifies the test number, so a stored payment method leads back to its behaviour.
function fingerprintOf(name: string): string {
  return name.replace(/^pm_(card_)?/, '').slice(0, 40);
}

const BY_NAME: ReadonlyMap<string, TestPaymentMethod> = new Map(
  DEFINITIONS.map(([name, method]) => [name, { ...method, fingerprint: fingerprintOf(name) }]),
);

const BY_FINGERPRINT: ReadonlyMap<string, TestPaymentMethod> = new Map(
  [...BY_NAME.values()].map((method) => [method.fingerprint, method]),
);

/** The names of all test payment methods, in the order pages offer them. */
export const TEST_PAYMENT_METHODS: readonly string[] = [...BY_NAME.keys()];

/** A test payment method by its documented name; `pm_card_visa_chargeDeclined…` is the same as without `visa_`. */
export function testPaymentMethod(name: string): TestPaymentMethod | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(name.replace('pm_card_visa_charge', 'pm_card_charge'));
}

/** The behaviour behind a stored payment method. */
export function behaviourOf(paymentMethod: { readonly [key: string]: unknown }): TestPaymentMethod | undefined {
  const details = (paymentMethod['card'] ?? paymentMethod['us_bank_account']) as JsonObject | undefined;
  return BY_FINGERPRINT.get(String(details?.['fingerprint']));
}
