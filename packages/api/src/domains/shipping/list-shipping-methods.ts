import { shipping } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { money } from '../../kit/money.ts';
import { cartTotals, loadOwnCart } from '../cart/index.ts';
import type { ShippingMethodList, ShippingMethodsInput } from './schema.ts';
import { shippingPrice } from './shipping-price.ts';

/**
 * The ways to ship a cart to a country, each with its price for the goods in it now; none when nothing of it is shipped.
 * Refuses with `cart_not_found`.
 */
export async function listShippingMethods(ctx: Ctx, input: ShippingMethodsInput): Promise<ShippingMethodList> {
  const cart = await loadOwnCart(ctx, { id: input.cartId, country: input.country });
  if (cart.lines.length > 0 && !cart.lines.some(({ shipped }) => shipped)) return { items: [] };
  const options = await shipping.listShippingOptions(ctx.db, { country: input.country, currency: cart.currency });
  const { subtotalMinor } = cartTotals(cart);
  return {
    items: options.map((option) => ({
      id: option.id,
      code: option.code,
      name: option.name,
      price: money(shippingPrice(option, subtotalMinor), cart.currency),
    })),
  };
}
