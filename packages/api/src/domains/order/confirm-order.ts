import { carts, type orders, reservations } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { moveOrder } from './move-order.ts';

/**
 * Places a paid order: its held units become allocated, its cart is completed, and it is announced. False,
 * with nothing changed, when its units are held no more.
 */
export async function confirmOrder(ctx: TxCtx, order: orders.OrderHead): Promise<boolean> {
  const allocated = await reservations.saveReservationsAllocated(ctx.tx, { orderId: order.id, at: ctx.now });
  if (allocated === 0) return false;
  await moveOrder(ctx, { order, event: 'place' });
  await carts.saveCartCompleted(ctx.tx, { id: order.cartId, updatedAt: ctx.now });
  return true;
}
