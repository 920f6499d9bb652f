import { catalog, type Reader } from '@cartwright/db';
import { errorsOf } from '../../kit/domain-error.ts';
import { cartErrors } from './errors.ts';

const refuse = errorsOf(cartErrors);

export interface PricedVariant {
  variantId: string;
  priceMinor: number;
  available: number;
}

/**
 * The variants as they can be bought now, by id. Refuses with `variant_not_found` for one that is not sold and
 * with `price_unavailable` for one without a price in the currency.
 */
export async function loadPricedVariants(
  reader: Reader,
  query: { variantIds: string[]; currency: string },
): Promise<Map<string, PricedVariant>> {
  const rows = await catalog.listSellableVariants(reader, query);
  const byId = new Map(rows.map((row) => [row.variantId, row]));
  const priced = new Map<string, PricedVariant>();
  for (const variantId of query.variantIds) {
    const row = byId.get(variantId);
    if (!row?.sellable) throw refuse('variant_not_found', { details: { variantId } });
    if (row.priceMinor === null) throw refuse('price_unavailable', { details: { variantId } });
    priced.set(variantId, { variantId, priceMinor: row.priceMinor, available: row.available });
  }
  return priced;
}

/** Throws `insufficient_stock` when a line asks for more than is left. */
export function assertAvailable(variant: PricedVariant, quantity: number): void {
  if (quantity <= variant.available) return;
  const { variantId } = variant;
  throw refuse('insufficient_stock', {
    details: { lines: [{ variantId, requested: quantity, available: Math.max(0, variant.available) }] },
  });
}
