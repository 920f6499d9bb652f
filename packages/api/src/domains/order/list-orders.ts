import { orderDetails } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { instant } from '../../kit/clock.ts';
import { decodeCursor, encodeCursor } from '../../kit/page.ts';
import type { AdminListOrdersInput, ListOrdersInput, OrderList } from './schema.ts';
import { orderView } from './view.ts';

const SCOPE = 'orders';
// A page of nobody: an actor without an account has placed no orders under it.
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The orders that the caller has placed, newest first. */
export function listOrders(ctx: Ctx, input: ListOrdersInput): Promise<OrderList> {
  return page(ctx, { ...input, customerId: userIdOf(ctx.actor) ?? NOBODY, status: null, number: null });
}

/** Every order, newest first, those still being paid included. */
export function listAllOrders(ctx: Ctx, input: AdminListOrdersInput): Promise<OrderList> {
  const number = input.number === undefined ? null : Number(input.number);
  return page(ctx, { ...input, customerId: null, status: input.status ?? null, number });
}

async function page(
  ctx: Ctx,
  query: {
    limit: number;
    cursor?: string | undefined;
    customerId: string | null;
    status: OrderList['items'][number]['status'] | null;
    number: number | null;
  },
): Promise<OrderList> {
  const { limit, cursor, customerId, status, number } = query;
  const keys = cursor === undefined ? undefined : decodeCursor(cursor, SCOPE, ['instant', 'uuid'] as const);
  const after = keys ? { createdAt: instant(keys[0]), id: keys[1] } : null;
  const rows = await orderDetails.listOrderDetails(ctx.db, { customerId, status, number, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last;
  return {
    items: items.map((order) => orderView(order, customerId === null ? 'staff' : 'shopper')),
    nextCursor: more ? encodeCursor(SCOPE, [last.createdAt.toISOString(), last.id]) : null,
  };
}
