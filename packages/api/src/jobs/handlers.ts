import { idempotencyKeys, orderDetails, outbox, type QueueName } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { deleteExpiredSessions } from '../domains/auth/index.ts';
import { knownAddressMail, orderMail, sendMail } from '../domains/notification/index.ts';
import { orderView } from '../domains/order/index.ts';
import {
  applyStripeEvent,
  refundOrder,
  releaseExpired,
  resolveOpenPayments,
  submitRefund,
} from '../domains/payment/index.ts';
import { secondsBefore } from '../kit/clock.ts';
import { inTransaction } from '../kit/transaction.ts';

/** Does one job. A thrown error is a retry with backoff, and after the last one a row in the dead-letter queue. */
export type JobHandler = (ctx: Ctx, data: unknown) => Promise<void>;

const IDEMPOTENCY_SECONDS = 24 * 3600;
const HOUSEKEEPING_BATCH = 10_000;

const FactJob = z.object({ outboxId: z.uuid() });
const EventJob = z.object({ provider: z.literal('stripe'), eventId: z.string() });
const OrderFact = z.object({ orderId: z.uuid() });
const RefundFact = z.object({ refundId: z.uuid() });
const KnownAddressFact = z.object({ email: z.string() });

/** A handler of an announced fact: reads it, tells those concerned, and marks it as told. */
function fact<Payload>(
  schema: z.ZodType<Payload>,
  tell: (ctx: Ctx, payload: Payload, outboxId: string) => Promise<void>,
) {
  return async (ctx: Ctx, data: unknown): Promise<void> => {
    const { outboxId } = FactJob.parse(data);
    const row = await outbox.findOutboxRow(ctx.db, { id: outboxId });
    if (!row) throw new Error(`There is no outbox row ${outboxId}`);
    await tell(ctx, schema.parse(row.payload), outboxId);
    await inTransaction(ctx, (tx) => outbox.saveOutboxDelivery(tx.tx, { id: outboxId, deliveredAt: ctx.now }));
  };
}

const orderFact = (kind: Parameters<typeof orderMail>[0], also?: (ctx: Ctx, orderId: string) => Promise<void>) =>
  fact(OrderFact, async (ctx, { orderId }, outboxId) => {
    await also?.(ctx, orderId);
    const order = await orderDetails.findOrderDetails(ctx.db, { id: orderId });
    if (!order) throw new Error(`There is no order ${orderId}`);
    await sendMail(ctx, { outboxId, to: order.email, mail: orderMail(kind, orderView(order)) });
  });

/** Every queue has a handler; a new topic does not compile without one. */
export const jobHandlers: Record<QueueName, JobHandler> = {
  'order.placed': orderFact('placed'),
  'order.completed': orderFact('completed'),
  'order.cancelled': orderFact('cancelled', refundOrder),
  'refund.requested': fact(RefundFact, (ctx, { refundId }) => submitRefund(ctx, refundId)),
  'user.already_registered': fact(KnownAddressFact, (ctx, { email }, outboxId) =>
    sendMail(ctx, { outboxId, to: email, mail: knownAddressMail(ctx.config.publicUrl) }),
  ),
  'payment.event_received': async (ctx, data) => {
    const { provider, eventId } = EventJob.parse(data);
    await applyStripeEvent({ ...ctx, actor: { kind: 'webhook', provider } }, eventId);
  },
  'payments.resolve': async (ctx) => {
    await resolveOpenPayments(ctx);
  },
  'reservations.expire': async (ctx) => {
    await releaseExpired(ctx);
  },
  housekeeping: async (ctx) => {
    const before = secondsBefore(ctx.now, IDEMPOTENCY_SECONDS);
    await idempotencyKeys.deleteOldIdempotencyKeys(ctx.db, { before, limit: HOUSEKEEPING_BATCH });
    await deleteExpiredSessions(ctx);
  },
};
