import type { JsonObject, PaymentMethod } from './objects.ts';
import type { TestPaymentMethod } from './test-payment-methods.ts';

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

const NO_BILLING_DETAILS = { address: NO_ADDRESS, email: null, name: null, phone: null, tax_id: null };

const EXPIRY = { exp_month: 12, exp_year: 2034 };
const CHECKS = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' };

/** The account number's public part. */
export function bankAccount(test: TestPaymentMethod): JsonObject {
  return {
    account_holder_type: 'individual',
    account_type: test.funding,
    bank_name: 'STRIPE TEST BANK',
    fingerprint: test.fingerprint,
    last4: test.last4,
    routing_number: '110000000',
  };
}

/** A stored payment method made from a test one. */
export function newPaymentMethod(id: string, created: number, test: TestPaymentMethod): PaymentMethod {
  const card = {
    brand: test.brand,
    checks: CHECKS,
    country: test.country,
    display_brand: test.brand,
    ...EXPIRY,
    fingerprint: test.fingerprint,
    funding: test.funding,
    generated_from: null,
    last4: test.last4,
    networks: { available: [test.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  };
  return {
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: NO_BILLING_DETAILS,
    ...(test.type === 'card' ? { card } : { us_bank_account: bankAccount(test) }),
    created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: test.type,
  };
}

/** The card as a charge shows it. */
export function cardDetails(
  test: TestPaymentMethod,
  amountAuthorized: number | null,
  authenticated: boolean,
): JsonObject {
  return {
    amount_authorized: amountAuthorized,
    authorization_code: amountAuthorized === null ? null : '123456',
    brand: test.brand,
    checks: CHECKS,
    country: test.country,
    ...EXPIRY,
    extended_authorization: { status: 'disabled' },
    fingerprint: test.fingerprint,
    funding: test.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: test.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: test.brand,
    network_token: { used: false },
    network_transaction_id: '764678671376175',
    overcapture: { maximum_amount_capturable: amountAuthorized ?? 0, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: '2b71f3ce-4a2b-4d5e-8b9a-0c1d2e3f4a5b',
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  };
}
