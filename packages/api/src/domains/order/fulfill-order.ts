import { orderDetails, orders } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { lockCartOfOrder } from '../cart/index.ts';
import { shipUnits } from '../inventory/index.ts';
import { orderErrors } from './errors.ts';
import { moveOrder } from './move-order.ts';
import type { FulfillOrderInput, Order } from './schema.ts';
import { orderView } from './view.ts';

const refuse = errorsOf(orderErrors);

/**
 * Ships everything of a confirmed order in one fulfillment, which completes it: the units leave the stock.
 * Refuses with `order_not_found` and `state_conflict`.
 */
export async function fulfillOrder(ctx: Ctx, input: FulfillOrderInput): Promise<Order> {
  const details = await inTransaction(ctx, async (tx) => {
    await lockCartOfOrder(tx, input.orderId);
    const order = await orders.findOrderHead(tx.tx, { id: input.orderId });
    if (!order) throw refuse('order_not_found');
    const { carrier = null, trackingNumber = null } = input;
    await moveOrder(tx, { order, event: 'complete', detail: { carrier, trackingNumber } });
    const shipment = { id: ctx.ids.uuid(ctx.now), orderId: order.id, carrier, trackingNumber, at: ctx.now };
    await orders.insertFulfillment(tx.tx, shipment);
    await shipUnits(tx, order.id);
    return orderDetails.findOrderDetails(tx.tx, { id: order.id });
  });
  if (!details) throw refuse('order_not_found');
  return orderView(details, 'staff');
}
