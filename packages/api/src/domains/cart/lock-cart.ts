import { carts } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { assertOwnCart, type CartOwner } from './own-cart.ts';

/** Locks a cart of the caller's, the mutex of all that comes of it. Refuses with `cart_not_found`. */
export async function lockOwnCart(ctx: TxCtx, owner: CartOwner, cartId: string): Promise<void> {
  assertOwnCart(owner, await carts.lockCart(ctx.tx, { id: cartId }));
}

/** Locks the cart that an order came of, before anything of the order is read. False when there is no such order. */
export function lockCartOfOrder(ctx: TxCtx, orderId: string): Promise<boolean> {
  return carts.lockCartOfOrder(ctx.tx, { orderId });
}

/** Closes a cart for good: its order has been placed, or will never be. */
export async function completeCart(ctx: TxCtx, cartId: string): Promise<void> {
  await carts.saveCartCompleted(ctx.tx, { id: cartId, updatedAt: ctx.now });
}
