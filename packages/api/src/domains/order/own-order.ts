import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { equalSecrets, hmac } from '../../kit/ids.ts';
import { orderErrors } from './errors.ts';

const refuse = errorsOf(orderErrors);

/** The capability to read one order, given to whoever placed it. It is derived, so it needs no row. */
export function orderToken(authSecret: string, orderId: string): string {
  return hmac(authSecret, 'order-token', orderId);
}

/** Throws `order_not_found` unless the caller placed the order or holds its token. */
export function assertOwnOrder(
  ctx: Pick<Ctx, 'actor' | 'orderToken' | 'config'>,
  order: { id: string; customerId: string | null } | undefined,
): asserts order {
  if (!order) throw refuse('order_not_found');
  if (order.customerId !== null && order.customerId === userIdOf(ctx.actor)) return;
  if (ctx.orderToken && equalSecrets(ctx.orderToken, orderToken(ctx.config.authSecret, order.id))) return;
  throw refuse('order_not_found');
}
