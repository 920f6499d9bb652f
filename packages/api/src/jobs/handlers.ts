import { idempotencyKeys, orderDetails, type QueueName } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../context.ts';
import { sendInvitation } from '../domains/access/index.ts';
import { finishErasures, sendEmailChange, sendLink, sendNotice } from '../domains/account/index.ts';
import { deleteExpiredLinks, deleteExpiredSessions } from '../domains/auth/index.ts';
import {
  BuildJob,
  buildCollection,
  countMissedOrders,
  countOrders,
  leaveCollections,
  refreshProducts,
  sweepWindows,
} from '../domains/catalog/index.ts';
import { closeImpersonations } from '../domains/customer/index.ts';
import { deriveMedia, sweepMedia } from '../domains/media/index.ts';
import {
  factorChangeMail,
  factorChanges,
  knownAddressMail,
  orderMail,
  passwordChangedMail,
  sendMail,
} from '../domains/notification/index.ts';
import { orderView } from '../domains/order/index.ts';
import {
  applyStripeEvent,
  forgetPaymentMethod,
  refundOrder,
  releaseExpired,
  resolveOpenPayments,
  submitRefund,
} from '../domains/payment/index.ts';
import { forgetQueries, maintainSearch, writeSearchAnew } from '../domains/search/index.ts';
import { deleteExpiredChallenges } from '../domains/second-factor/index.ts';
import { forgetSpentNotes, sendSignUpCode } from '../domains/social/index.ts';
import { secondsBefore } from '../kit/clock.ts';

/** Does one job. A thrown error is a retry with backoff, and after the last one a row in the dead-letter queue. */
export type JobHandler = (ctx: Ctx, data: unknown) => Promise<void>;

/** A row of the outbox that has not been told yet. */
export interface Fact {
  outboxId: string;
  payload: unknown;
}

/** Tells those concerned of each fact, and answers one promise for each; the worker marks those as told that keep it. */
export type FactHandler = (ctx: Ctx, facts: readonly Fact[]) => Promise<void>[];

const IDEMPOTENCY_SECONDS = 24 * 3600;
const HOUSEKEEPING_BATCH = 10_000;

const EventJob = z.object({ provider: z.literal('stripe'), eventId: z.string() });
const OrderFact = z.object({ orderId: z.uuid() });
const RefundFact = z.object({ refundId: z.uuid() });
const FactorFact = z.object({ userId: z.uuid(), change: z.enum(factorChanges) });
const PaymentMethodFact = z.object({ provider: z.literal('stripe'), reference: z.string() });

const each =
  (tell: (ctx: Ctx, fact: Fact) => Promise<void>): FactHandler =>
  (ctx, facts) =>
    facts.map((fact) => tell(ctx, fact));

/** The mail of an order event, and what it means to the units sold. The orders of a batch are read in one statement. */
const orderFact =
  (kind: Parameters<typeof orderMail>[0], also?: (ctx: Ctx, orderId: string) => Promise<void>): FactHandler =>
  (ctx, facts) => {
    const ids = facts.flatMap(({ payload }) => OrderFact.safeParse(payload).data?.orderId ?? []);
    const orders = orderDetails
      .listOrderDetailsById(ctx.db, { ids })
      .then((rows) => new Map(rows.map((row) => [row.id, row])));
    const counted = countOrders(ctx, ids);
    const tell = async ({ outboxId, payload }: Fact) => {
      const order = (await orders).get(OrderFact.parse(payload).orderId);
      if (!order) throw new Error(`The order of fact ${outboxId} is not there`);
      await also?.(ctx, order.id);
      await sendMail(ctx, { id: outboxId, to: order.email, mail: orderMail(kind, orderView(order)) });
    };
    // Neither waits for the other to succeed; what was done before a retry is not done again.
    return facts.map(async (fact) => {
      await Promise.all([tell(fact), counted]);
    });
  };

/** What is announced in the outbox, by topic. */
export const factHandlers = {
  'order.placed': orderFact('placed'),
  'order.completed': orderFact('completed'),
  'order.cancelled': orderFact('cancelled', refundOrder),
  'refund.requested': each((ctx, { payload }) => submitRefund(ctx, RefundFact.parse(payload).refundId)),
  'payment_method.removed': each((ctx, { payload }) => forgetPaymentMethod(ctx, PaymentMethodFact.parse(payload))),
  'user.already_registered': each((ctx, fact) => sendNotice(ctx, fact, knownAddressMail)),
  'user.password_changed': each((ctx, fact) => sendNotice(ctx, fact, passwordChangedMail)),
  'user.link_requested': each(sendLink),
  'user.sign_up_code': each(sendSignUpCode),
  'user.email_change': each(sendEmailChange),
  'user.security_changed': each((ctx, fact) => {
    const { change } = FactorFact.parse(fact.payload);
    return sendNotice(ctx, fact, (store) => factorChangeMail(change, store));
  }),
  'staff.invited': each(sendInvitation),
} satisfies Partial<Record<QueueName, FactHandler>>;

/** Every other queue; a new one does not compile without a handler. */
export const jobHandlers: Record<Exclude<QueueName, keyof typeof factHandlers>, JobHandler> = {
  'payment.event_received': async (ctx, data) => {
    const { provider, eventId } = EventJob.parse(data);
    await applyStripeEvent({ ...ctx, actor: { kind: 'webhook', provider } }, eventId);
  },
  'catalog.refresh': refreshProducts,
  'collection.build': async (ctx, data) => buildCollection(ctx, BuildJob.parse(data)),
  'collections.leave': async (ctx) => {
    await leaveCollections(ctx);
  },
  'catalog.windows': sweepWindows,
  'payments.resolve': async (ctx) => {
    await resolveOpenPayments(ctx);
  },
  'reservations.expire': async (ctx) => {
    await releaseExpired(ctx);
  },
  'impersonations.close': async (ctx) => {
    await closeImpersonations(ctx);
  },
  'media.derive': deriveMedia,
  'media.sweep': async (ctx) => {
    await sweepMedia(ctx);
  },
  'search.rebuild': writeSearchAnew,
  'search.maintain': async (ctx) => {
    await maintainSearch(ctx);
  },
  housekeeping: async (ctx) => {
    const before = secondsBefore(ctx.now, IDEMPOTENCY_SECONDS);
    const query = { before, limit: HOUSEKEEPING_BATCH };
    while ((await idempotencyKeys.deleteOldIdempotencyKeys(ctx.db, query)) === HOUSEKEEPING_BATCH);
    await deleteExpiredSessions(ctx);
    await deleteExpiredLinks(ctx);
    await deleteExpiredChallenges(ctx);
    await forgetSpentNotes(ctx);
    await finishErasures(ctx);
    await forgetQueries(ctx);
    await countMissedOrders(ctx);
  },
};
