import type { Config } from '../../runtime/config.ts';
import type { PaymentProviders } from './provider.ts';

/** Stub until written. */
export function createPaymentProviders(_config: Config): PaymentProviders {
  return { get: () => undefined };
}
