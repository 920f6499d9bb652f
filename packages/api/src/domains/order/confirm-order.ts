import type { orders } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { completeCart } from '../cart/index.ts';
import { allocateUnits } from '../inventory/index.ts';
import { moveOrder } from './move-order.ts';

/**
 * Places a paid order: its held units become allocated, its cart is completed, and it is announced. False,
 * with nothing changed, when its units are held no more.
 */
export async function confirmOrder(ctx: TxCtx, order: orders.OrderHead): Promise<boolean> {
  if (!(await allocateUnits(ctx, order.id))) return false;
  await announcePlaced(ctx, order);
  return true;
}

/** The same for an order whose units are allocated already. */
export async function announcePlaced(ctx: TxCtx, order: orders.OrderHead): Promise<void> {
  await moveOrder(ctx, { order, event: 'place' });
  await completeCart(ctx, order.cartId);
}
