import { catalog, type Reader, type StockPart } from '@cartwright/db';
import { errorsOf } from '../../kit/domain-error.ts';
import { cartErrors } from './errors.ts';
import { type StockLine, unitsLeft, unitsNeeded } from './stock-units.ts';

const refuse = errorsOf(cartErrors);

export interface PricedVariant {
  variantId: string;
  priceMinor: number;
  /** What one unit takes from stock. */
  parts: StockPart[];
}

/**
 * The variants as they can be bought at `now`, by id. Refuses with `variant_not_found` for one that is not sold and
 * with `price_unavailable` for one without a price in the currency.
 */
export async function loadPricedVariants(
  reader: Reader,
  query: { variantIds: string[]; currency: string; now: Date },
): Promise<Map<string, PricedVariant>> {
  const rows = await catalog.listSellableVariants(reader, query);
  const byId = new Map(rows.map((row) => [row.variantId, row]));
  const priced = new Map<string, PricedVariant>();
  for (const variantId of query.variantIds) {
    const row = byId.get(variantId);
    if (!row?.sellable) throw refuse('variant_not_found', { details: { variantId } });
    if (row.priceMinor === null) throw refuse('price_unavailable', { details: { variantId } });
    priced.set(variantId, { variantId, priceMinor: row.priceMinor, parts: row.parts });
  }
  return priced;
}

/**
 * Throws `insufficient_stock` when one of the lines asks for more than is left. `cart` are all lines, whose units are
 * added up before any is checked.
 */
export function assertAvailable(lines: readonly StockLine[], cart: readonly StockLine[]): void {
  const needed = unitsNeeded(cart);
  for (const line of lines) {
    const available = unitsLeft(line, needed);
    if (line.quantity <= available) continue;
    const { variantId, quantity: requested } = line;
    throw refuse('insufficient_stock', { details: { lines: [{ variantId, requested, available }] } });
  }
}
