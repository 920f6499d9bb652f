import { orderDetails, orders } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { lockCartOfOrder } from '../cart/index.ts';
import { endOrder } from './end-order.ts';
import { orderErrors } from './errors.ts';
import type { CancelOrderInput, Order } from './schema.ts';
import { orderView } from './view.ts';

const refuse = errorsOf(orderErrors);

/**
 * Cancels an order that has not been shipped: units return to stock at once, money by the worker.
 * Refuses with `order_not_found` and `state_conflict`.
 */
export async function cancelOrder(ctx: Ctx, input: CancelOrderInput): Promise<Order> {
  const details = await inTransaction(ctx, async (tx) => {
    await lockCartOfOrder(tx, input.orderId);
    const order = await orders.findOrderHead(tx.tx, { id: input.orderId });
    if (!order) throw refuse('order_not_found');
    await endOrder(tx, order, input.reason ?? 'cancelled by staff');
    return orderDetails.findOrderDetails(tx.tx, { id: order.id });
  });
  if (!details) throw refuse('order_not_found');
  return orderView(details, 'staff');
}
