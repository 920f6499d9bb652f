import type { carts } from '@cartwright/db';
import { type ComputedTotals, computeTotals } from './totals.ts';

/** The totals of a cart at current prices; a line without a price counts for nothing until it has one. */
export function cartTotals(
  cart: carts.CartContents,
  shipping: { priceMinor: number; taxRatePpm: number } | null = null,
): ComputedTotals {
  const lines = cart.lines.map((line) => ({
    unitPriceMinor: line.priceMinor ?? 0,
    quantity: line.quantity,
    taxRatePpm: line.taxRatePpm,
  }));
  return computeTotals({ lines, shipping, pricesIncludeTax: cart.pricesIncludeTax });
}
