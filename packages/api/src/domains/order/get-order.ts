import { orderDetails } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { orderErrors } from './errors.ts';
import { assertOwnOrder } from './own-order.ts';
import type { Order } from './schema.ts';
import { orderView } from './view.ts';

const refuse = errorsOf(orderErrors);

/** An order of the caller's. Refuses with `order_not_found`. */
export async function getOrder(ctx: Ctx, input: { orderId: string }): Promise<Order> {
  const order = await orderDetails.findOrderDetails(ctx.db, { id: input.orderId });
  assertOwnOrder(ctx, order);
  return orderView(order);
}

/** Any order, for staff. Refuses with `order_not_found`. */
export async function getAnyOrder(ctx: Ctx, input: { orderId: string }): Promise<Order> {
  const order = await orderDetails.findOrderDetails(ctx.db, { id: input.orderId });
  if (!order) throw refuse('order_not_found');
  return orderView(order, 'staff');
}
