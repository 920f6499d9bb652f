import type { orders } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { completeCart } from '../cart/index.ts';
import { releaseUnits } from '../inventory/index.ts';
import { moveOrder } from './move-order.ts';

/**
 * Cancels an order whose cart is locked: its units go back and its cart is closed. Its money goes back by the
 * announcement, since a provider is never called in a transaction. Refuses with `state_conflict`.
 */
export async function endOrder(ctx: TxCtx, order: orders.OrderHead, reason: string): Promise<void> {
  await moveOrder(ctx, { order, event: 'cancel', detail: { reason } });
  await releaseUnits(ctx, order.id);
  await completeCart(ctx, order.cartId);
}
