import { outbox, type QueueName } from '@cartwright/db';
import type { TxCtx } from '../context.ts';

/**
 * Writes a fact that is no change of a counted state, and the job that tells it, in the transaction that makes it
 * true. Ids only in the payload: whoever tells it reads the rest. `id` is the fact's own, unless another is given.
 */
export async function announce(
  ctx: TxCtx,
  { id = ctx.ids.uuid(ctx.now), topic, payload }: { id?: string; topic: QueueName; payload: object },
): Promise<void> {
  const { tx, now, queue } = ctx;
  await outbox.insertOutboxRow(tx, { id, aggregate: `fact:${id}`, version: 1, topic, payload, createdAt: now });
  await queue.add(tx, topic, { outboxId: id });
}
