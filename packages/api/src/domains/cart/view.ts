import type { carts } from '@cartwright/db';
import { money } from '../../kit/money.ts';
import { cartTotals } from './cart-totals.ts';
import type { Cart, CartProblem, Totals } from './schema.ts';
import { unitsLeft, unitsNeeded } from './stock-units.ts';

/** The totals of a cart or an order on the wire. */
export function totalsView(
  totals: { subtotalMinor: number; discountMinor: number; shippingMinor: number; taxMinor: number; totalMinor: number },
  currency: string,
  pricesIncludeTax: boolean,
): Totals {
  return {
    subtotal: money(totals.subtotalMinor, currency),
    discount: money(totals.discountMinor, currency),
    shipping: money(totals.shippingMinor, currency),
    tax: money(totals.taxMinor, currency),
    total: money(totals.totalMinor, currency),
    pricesIncludeTax,
  };
}

/** What is wrong with a line of a cart now, if anything. */
export function lineProblems(
  line: carts.CartLine,
  cart: { currency: string; needed: ReadonlyMap<string, number> },
): CartProblem[] {
  const { currency, needed } = cart;
  if (!line.sellable) return [{ code: 'not_for_sale' }];
  if (line.priceMinor === null) return [{ code: 'price_unavailable' }];
  const problems: CartProblem[] = [];
  if (line.priceMinor !== line.seenPriceMinor) {
    problems.push({
      code: 'price_changed',
      was: money(line.seenPriceMinor, currency),
      now: money(line.priceMinor, currency),
    });
  }
  const available = unitsLeft(line, needed);
  if (available < line.quantity) problems.push({ code: 'insufficient_stock', available });
  return problems;
}

/** A cart on the wire. `token` only in the answer that made the cart: afterwards just its hash is known. */
export function cartView(cart: carts.CartContents, token: string | null = null): Cart {
  const { currency } = cart;
  const totals = cartTotals(cart);
  const needed = unitsNeeded(cart.lines);
  return {
    id: cart.id,
    token,
    currency,
    status: cart.status,
    items: cart.lines.map((line, index) => ({
      id: line.id,
      variantId: line.variantId,
      productId: line.productId,
      slug: line.slug,
      sku: line.sku,
      title: line.title,
      options: line.options,
      image: line.imageUrl,
      quantity: line.quantity,
      unitPrice: line.priceMinor === null ? null : money(line.priceMinor, currency),
      subtotal: line.priceMinor === null ? null : money(totals.lines[index]?.subtotalMinor ?? 0, currency),
      available: Math.max(0, line.available),
      components: line.components,
      problems: lineProblems(line, { currency, needed }),
    })),
    requiresShipping: cart.lines.some(({ shipped }) => shipped),
    totals: totalsView(totals, currency, cart.pricesIncludeTax),
    version: cart.version,
    createdAt: cart.createdAt,
    updatedAt: cart.updatedAt,
  };
}
