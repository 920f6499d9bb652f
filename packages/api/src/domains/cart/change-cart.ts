import { carts } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { cartErrors } from './errors.ts';
import { assertOwnCart } from './own-cart.ts';
import type { Cart } from './schema.ts';
import { cartView } from './view.ts';

const refuse = errorsOf(cartErrors);

/**
 * The frame of every change to a cart: locks it by counting its version, checks that it is the caller's and
 * open, lets `change` work, and answers the cart as it is afterwards. A refusal leaves no trace.
 */
export async function changeCart(
  ctx: Ctx,
  cartId: string,
  change: (tx: TxCtx, cart: carts.CartRow) => Promise<void>,
): Promise<Cart> {
  return inTransaction(ctx, async (tx) => {
    const cart = await carts.saveCartVersion(tx.tx, { id: cartId, updatedAt: ctx.now });
    if (!cart) {
      assertOwnCart(ctx, await carts.findCart(tx.tx, { id: cartId }));
      throw refuse('cart_completed');
    }
    assertOwnCart(ctx, cart);
    await change(tx, cart);
    const contents = await carts.findCartContents(tx.tx, { id: cartId, country: null, now: ctx.now });
    if (!contents) throw refuse('cart_not_found');
    // Before the commit, so that totals that cannot be counted leave the cart as it was.
    return cartView(contents);
  });
}
