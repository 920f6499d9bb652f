import type { Config } from '../../runtime/config.ts';
import { manualProvider } from './manual-provider.ts';
import type { PaymentProviders } from './provider.ts';
import { createStripe, createStripeProvider } from './stripe-provider.ts';

/** The providers that the configuration has keys for; `manual` needs none. */
export function createPaymentProviders(config: Pick<Config, 'stripe'>): PaymentProviders {
  const stripe = config.stripe && createStripeProvider(createStripe(config.stripe), config.stripe.simulator);
  return { get: (name) => (name === 'manual' ? manualProvider : stripe) };
}
