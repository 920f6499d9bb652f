import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from '../root.ts';
import { cancelOrder, fulfillOrder, placeOrder } from '../testing/calls.ts';
import { makeCtx } from '../testing/index.ts';
import { checkoutInput, guestCart, staffCtx, stockProduct } from '../testing/shop.ts';
import { openStripeShop, type StripeShop } from '../testing/stripe-shop.ts';
import { doJobs, query } from '../testing/tell-outbox.ts';
import { runJobs } from './run-jobs.ts';
import { startWorker } from './start-worker.ts';

let store: StripeShop;
beforeAll(async () => {
  store = await openStripeShop();
});
afterAll(() => store.dispose());

const tellPlaced = (outboxId: string) => doJobs(store.runtime, 'order.placed', [{ id: 'test', data: { outboxId } }]);

async function placed() {
  const { variantId } = await stockProduct(store.runtime, { eur: 1190 });
  const { cart, ctx } = await guestCart(store.runtime, [{ variantId, quantity: 2 }]);
  const { order } = await placeOrder(ctx, checkoutInput(store.shop, cart));
  const [row] = await query<{ id: string }>(store.runtime, `select id from outbox where aggregate = $1`, [
    `order:${order.id}`,
  ]);
  return { order, outboxId: row?.id ?? '' };
}

describe('order mails', () => {
  test('say what was bought and charged, to the address of the order, once', async () => {
    const { order, outboxId } = await placed();
    await tellPlaced(outboxId);
    await tellPlaced(outboxId);
    const mails = store.runtime.mailer.sent.filter(({ id }) => id === outboxId);
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail).toMatchObject({ to: 'ada@example.com', subject: `Your order ${order.number}` });
    expect(mail?.text).toContain(`2 × ${order.items[0]?.title}: 23.80 EUR`);
    expect(mail?.text).toContain('Tax included: 4.58 EUR');
    expect(mail?.text).toContain('Total: 28.70 EUR');
    const told = await query(store.runtime, 'select delivered_at is not null as told from outbox where id = $1', [
      outboxId,
    ]);
    expect(told).toEqual([{ told: true }]);
  });

  test('tell of the parcel when the order is shipped', async () => {
    const { order } = await placed();
    await fulfillOrder(staffCtx(store.runtime), { orderId: order.id, carrier: 'DHL', trackingNumber: '00340434' });
    await store.tellOutbox();
    const mail = store.runtime.mailer.sent.at(-1);
    expect(mail?.subject).toBe(`Shipped: your order ${order.number}`);
    expect(mail?.text).toContain('DHL: 00340434');
  });

  test('escape what a product is called', async () => {
    const { order, outboxId } = await placed();
    await query(store.runtime, `update order_items set title = '<b>"x"</b>' where order_id = $1`, [order.id]);
    await tellPlaced(outboxId);
    const mail = store.runtime.mailer.sent.at(-1);
    expect(mail?.html).toContain('&lt;b&gt;&quot;x&quot;&lt;/b&gt;');
    expect(mail?.text).toContain('<b>"x"</b>');
  });

  test('a mailer that fails leaves the fact to be told again', async () => {
    const { outboxId } = await placed();
    const mailer = { send: () => Promise.reject(new Error('smtp down')), close: async () => {} };
    const failures = await runJobs({ ...store.runtime, mailer }, 'order.placed', [{ id: 'test', data: { outboxId } }]);
    expect(failures).toMatchObject([{ id: 'test', error: { message: 'smtp down' } }]);
    const told = await query(store.runtime, 'select delivered_at from outbox where id = $1', [outboxId]);
    expect(told).toEqual([{ delivered_at: null }]);
    await tellPlaced(outboxId);
    expect(store.runtime.mailer.sent.at(-1)?.id).toBe(outboxId);
  });
});

test('somebody who registers a known address is answered by a mail to its owner', async () => {
  const ctx = makeCtx(store.runtime);
  const input = { email: 'known@example.com', password: 'correct horse battery' };
  await appRouter.createCaller(ctx).auth.register(input);
  await appRouter.createCaller(ctx).auth.register(input);
  await store.tellOutbox();
  const mails = store.runtime.mailer.sent.filter(({ to }) => to === 'known@example.com');
  expect(mails.map(({ subject }) => subject)).toEqual(['Confirm your email address', 'You already have an account']);
});

describe('refunds', () => {
  test('go to the provider with their own key, and a provider that is down is asked again', async () => {
    const { variantId } = await stockProduct(store.runtime, { eur: 1000 });
    const { cart, ctx } = await guestCart(store.runtime, [{ variantId, quantity: 1 }]);
    const payment = { provider: 'stripe', paymentMethodId: 'pm_card_visa' } as const;
    const { order } = await placeOrder(ctx, checkoutInput(store.shop, cart, { payment }));
    await cancelOrder(staffCtx(store.runtime), { orderId: order.id });
    store.simulator.setFaults({ error500Before: 1 });
    await expect(store.tellOutbox()).rejects.toThrow('Stripe did not answer');
    store.simulator.setFaults({});
    await store.tellOutbox();
    const refunds = await query(store.runtime, 'select status, amount_minor from refunds where payment_id = $1', [
      order.payments[0]?.id,
    ]);
    expect(refunds).toEqual([{ status: 'succeeded', amount_minor: '1490' }]);
  });

  test('of a manual order let its authorization go', async () => {
    const { order } = await placed();
    await cancelOrder(staffCtx(store.runtime), { orderId: order.id });
    await store.tellOutbox();
    const payments = await query(store.runtime, 'select status from payments where order_id = $1', [order.id]);
    expect(payments).toEqual([{ status: 'voided' }]);
  });
});

test('one bad job of a batch fails alone', async () => {
  const { outboxId } = await placed();
  const failures = await runJobs(store.runtime, 'order.placed', [
    { id: 'bad', data: {} },
    { id: 'good', data: { outboxId } },
  ]);
  expect(failures.map(({ id }) => id)).toEqual(['bad']);
  expect(store.runtime.mailer.sent.at(-1)?.id).toBe(outboxId);
  const unknown = { provider: 'stripe', eventId: 'evt_unknown' };
  await doJobs(store.runtime, 'payment.event_received', [{ id: 'x', data: unknown }]);
});

test('a batch reads its facts and their orders in one statement each, counts them in four, and marks them in another', async () => {
  const facts = [await placed(), await placed(), await placed()];
  store.runtime.takeStatements();
  const jobs = facts.map(({ outboxId }) => ({ id: outboxId, data: { outboxId } }));
  await doJobs(store.runtime, 'order.placed', jobs);
  expect(store.runtime.takeStatements()).toHaveLength(7);
});

test('housekeeping forgets answers after a day and keeps younger ones', async () => {
  const { now } = makeCtx(store.runtime);
  for (const [key, hours] of [
    ['old', 25],
    ['young', 23],
  ] as const) {
    await query(
      store.runtime,
      `insert into idempotency_keys (scope, procedure, key, request_hash, locked_until, created_at)
       values ('s', 'p', $1, 'h', $2, $2::timestamptz - make_interval(hours => $3))`,
      [key, now, hours],
    );
  }
  await doJobs(store.runtime, 'housekeeping', [{ id: 'x', data: null }]);
  expect(await query(store.runtime, `select key from idempotency_keys where scope = 's'`)).toEqual([{ key: 'young' }]);
});

test('the worker does what the queue holds, and one bad job does not hold up the others', async () => {
  const first = await placed();
  const second = await placed();
  await query(store.runtime, `update outbox set payload = '{}' where id = $1`, [first.outboxId]);
  const worker = await startWorker(store.runtime);
  try {
    await expect
      .poll(() => store.runtime.mailer.sent.some(({ id }) => id === second.outboxId), { timeout: 15_000 })
      .toBe(true);
    expect(store.runtime.mailer.sent.some(({ id }) => id === first.outboxId)).toBe(false);
    const stateOf = async (outboxId: string) => {
      const text = `select state::text from pgboss.job where data ->> 'outboxId' = $1`;
      return (await query<{ state: string }>(store.runtime, text, [outboxId]))[0]?.state;
    };
    await expect.poll(() => stateOf(second.outboxId), { timeout: 15_000 }).toBe('completed');
    expect(await stateOf(first.outboxId)).toBe('retry');
  } finally {
    await worker.stop();
  }
});
