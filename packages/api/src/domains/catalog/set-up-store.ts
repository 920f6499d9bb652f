import { store } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';

interface StoreSetup {
  name: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** The default first. */
  currencies: store.StoreCurrency[];
  taxClasses: { code: string; name: string }[];
  /** The most preferred first. */
  locations: { code: string; name: string }[];
}

/** Sets the store up, or changes it; currencies, tax classes and locations are added or changed, never removed. */
export function setUpStore(ctx: Ctx, input: StoreSetup): Promise<void> {
  return inTransaction(ctx, ({ tx, ids, now }) =>
    store.saveStore(tx, {
      ...input,
      locations: input.locations.map((location, priority) => ({ ...location, id: ids.uuid(now), priority })),
      at: now,
    }),
  );
}
