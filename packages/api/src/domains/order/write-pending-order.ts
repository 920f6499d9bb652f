import { orders } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { actorRecord } from '../../kit/actor.ts';

/**
 * Writes the order that a locked cart would become: a new pending one, or its pending one taken anew from the
 * cart, under the same id and number.
 */
export async function writePendingOrder(
  ctx: TxCtx,
  order: {
    cartId: string;
    existing: { id: string; number: number } | null;
    snapshot: orders.OrderSnapshot;
    items: orders.OrderItemRow[];
  },
): Promise<orders.OrderHead> {
  const { cartId, existing, snapshot, items } = order;
  const id = existing?.id ?? ctx.ids.uuid(ctx.now);
  const { cartVersion, customerId, email, currency, totalMinor, test } = snapshot;
  const head = { id, cartId, cartVersion, customerId, email, status: 'pending', currency, totalMinor, test } as const;
  if (existing) {
    await orders.saveOrderSnapshot(ctx.tx, { id, snapshot, items, at: ctx.now });
    return { ...head, number: existing.number };
  }
  const actor = actorRecord(ctx.actor);
  const { number } = await orders.insertOrder(ctx.tx, { id, cartId, snapshot, items, actor, at: ctx.now });
  return { ...head, number };
}
