import { type Reader, store } from '@cartwright/db';
import { refuse } from './errors.ts';

/** Throws `currency_unknown` unless the store sells in the currency. */
export async function assertStoreCurrency(reader: Reader, currency: string): Promise<void> {
  const settings = await store.findStore(reader);
  if (!settings?.currencies.some(({ code }) => code === currency)) {
    throw refuse('currency_unknown', { details: { currency } });
  }
}
