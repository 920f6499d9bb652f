import type { Config, StripeConfig } from '../../runtime/config.ts';
import { manualProvider } from './manual-provider.ts';
import type { PaymentProviders } from './provider.ts';
import { createStripe, createStripeProvider } from './stripe-provider.ts';

/** The providers that the configuration has keys for; `manual` needs none. */
export function createPaymentProviders(config: Pick<Config, 'stripe'>): PaymentProviders {
  const stripe = config.stripe && createStripeProvider(createStripe(config.stripe), isTest(config.stripe));
  return { get: (name) => (name === 'manual' ? manualProvider : stripe) };
}

/** Whether no real money can move: a simulator, another host than Stripe's, or a key of its test mode. */
function isTest({ simulator, apiBase, secretKey }: StripeConfig): boolean {
  return simulator || apiBase !== undefined || /^[rs]k_test_/.test(secretKey);
}
