import { carts } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { changeCart } from './change-cart.ts';
import { cartErrors } from './errors.ts';
import type { Cart, RemoveItemInput } from './schema.ts';

const refuse = errorsOf(cartErrors);

/** Takes a line out of the cart. Refuses with `cart_item_not_found`. */
export function removeItem(ctx: Ctx, input: RemoveItemInput): Promise<Cart> {
  const { cartId, itemId } = input;
  return changeCart(ctx, cartId, async (tx) => {
    const removed = await carts.deleteCartItem(tx.tx, { cartId, id: itemId });
    if (!removed) throw refuse('cart_item_not_found');
  });
}
