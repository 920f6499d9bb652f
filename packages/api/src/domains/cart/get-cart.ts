import type { Ctx } from '../../context.ts';
import { loadOwnCart } from './own-cart.ts';
import type { Cart, GetCartInput } from './schema.ts';
import { cartView } from './view.ts';

/** The cart at current prices and stock. Refuses with `cart_not_found`. */
export async function getCart(ctx: Ctx, input: GetCartInput): Promise<Cart> {
  return cartView(await loadOwnCart(ctx, { id: input.cartId }));
}
