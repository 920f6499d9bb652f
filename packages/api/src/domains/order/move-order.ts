import type { QueueName } from '@cartwright/db';
import { orders } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { actorRecord } from '../../kit/actor.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { mustNext, stateErrors } from '../../kit/state-machine.ts';
import { type OrderEvent, orderMachine } from './state.ts';

const refuse = errorsOf(stateErrors);

const TOPICS = {
  place: 'order.placed',
  complete: 'order.completed',
  cancel: 'order.cancelled',
} as const satisfies Record<OrderEvent, QueueName>;

/**
 * Moves an order whose cart is locked along one edge of its machine: state, timeline, outbox row and job are
 * one. Refuses with `state_conflict` where the machine has no such edge.
 */
export async function moveOrder(
  ctx: TxCtx,
  move: { order: orders.OrderHead; event: OrderEvent; detail?: object },
): Promise<void> {
  const { order, event, detail } = move;
  const to = mustNext(orderMachine, order.status, event);
  const topic = TOPICS[event];
  const outboxId = ctx.ids.uuid(ctx.now);
  const moved = await orders.transitionOrder(ctx.tx, {
    id: order.id,
    event,
    from: order.status,
    to,
    actor: actorRecord(ctx.actor),
    ...(detail && { detail }),
    at: ctx.now,
    outbox: { id: outboxId, topic, payload: { orderId: order.id } },
  });
  if (!moved) throw refuse('state_conflict', { details: { state: order.status, event } });
  await ctx.queue.add(ctx.tx, topic, { outboxId });
}
