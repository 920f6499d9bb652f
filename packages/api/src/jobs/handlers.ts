import { idempotencyKeys, orderDetails, type QueueName } from '@cartwright/db';
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

/** Does one job. A thrown error is a retry with backoff, and after the last one a row in the dead-letter queue. */
export type JobHandler = (ctx: Ctx, data: unknown) => Promise<void>;

/** Tells those concerned of a fact; the worker reads it before and marks it as told after. */
export type FactHandler = (ctx: Ctx, fact: { outboxId: string; payload: unknown }) => Promise<void>;

const IDEMPOTENCY_SECONDS = 24 * 3600;
const HOUSEKEEPING_BATCH = 10_000;

const EventJob = z.object({ provider: z.literal('stripe'), eventId: z.string() });
const OrderFact = z.object({ orderId: z.uuid() });
const RefundFact = z.object({ refundId: z.uuid() });
const KnownAddressFact = z.object({ email: z.string() });

const orderFact =
  (kind: Parameters<typeof orderMail>[0], also?: (ctx: Ctx, orderId: string) => Promise<void>): FactHandler =>
  async (ctx, { outboxId, payload }) => {
    const { orderId } = OrderFact.parse(payload);
    await also?.(ctx, orderId);
    const order = await orderDetails.findOrderDetails(ctx.db, { id: orderId });
    if (!order) throw new Error(`There is no order ${orderId}`);
    await sendMail(ctx, { id: outboxId, to: order.email, mail: orderMail(kind, orderView(order)) });
  };

/** What is announced in the outbox, by topic. */
export const factHandlers = {
  'order.placed': orderFact('placed'),
  'order.completed': orderFact('completed'),
  'order.cancelled': orderFact('cancelled', refundOrder),
  'refund.requested': (ctx, { payload }) => submitRefund(ctx, RefundFact.parse(payload).refundId),
  'user.already_registered': (ctx, { outboxId, payload }) =>
    sendMail(ctx, {
      id: outboxId,
      to: KnownAddressFact.parse(payload).email,
      mail: knownAddressMail(ctx.config.publicUrl),
    }),
} satisfies Partial<Record<QueueName, FactHandler>>;

/** Every other queue; a new one does not compile without a handler. */
export const jobHandlers: Record<Exclude<QueueName, keyof typeof factHandlers>, JobHandler> = {
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
    const query = { before, limit: HOUSEKEEPING_BATCH };
    while ((await idempotencyKeys.deleteOldIdempotencyKeys(ctx.db, query)) === HOUSEKEEPING_BATCH);
    await deleteExpiredSessions(ctx);
  },
};
