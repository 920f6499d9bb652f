import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { card, NEW_YEAR, receiver, refusal, started } from './test-support.ts';

const FAST = { firstMs: 1, maxMs: 4, attempts: 4, timeoutMs: 200 };

test('every event arrives with a signature the SDK accepts', async () => {
  await using shop = await receiver();
  await using sut = await started({ webhookUrl: shop.url, webhookSecret: 'whsec_x' });
  const intent = await sut.stripe.paymentIntents.create(
    { ...card(), metadata: { order: 'ö' } },
    { idempotencyKey: 'k-1' },
  );
  await sut.simulator.flushWebhooks();
  expect(shop.types()).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
  for (const { body, signature } of shop.received) {
    const event = sut.stripe.webhooks.constructEvent(body, signature, 'whsec_x');
    expect(event).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
      request: { id: intent.lastResponse.requestId, idempotency_key: 'k-1' },
    });
    expect(() => sut.stripe.webhooks.constructEvent(body, signature, 'whsec_other')).toThrow(
      Stripe.errors.StripeSignatureVerificationError,
    );
  }
  const [created, , succeeded] = shop.received;
  expect(created?.event).toMatchObject({ data: { object: { id: intent.id, status: 'requires_confirmation' } } });
  expect(succeeded?.event).toMatchObject({ data: { object: { id: intent.id, status: 'succeeded' } } });
});

test('the signature carries the simulated time', async () => {
  await using shop = await receiver();
  await using sut = await started({ webhookUrl: shop.url, now: () => NEW_YEAR });
  await sut.stripe.customers.create({});
  await sut.simulator.flushWebhooks();
  expect(shop.received[0]?.signature).toMatch(new RegExp(`^t=${NEW_YEAR / 1_000},v1=[0-9a-f]{64}$`));
});

test('each step of a payment has its events', async () => {
  await using shop = await receiver();
  await using sut = await started({ webhookUrl: shop.url });
  const { paymentIntents, refunds } = sut.stripe;
  const typesOf = async (step: () => Promise<unknown>) => {
    const before = shop.received.length;
    await step();
    await sut.simulator.flushWebhooks();
    return shop.types().slice(before);
  };
  const held = await paymentIntents.create({ amount: 100, currency: 'eur', allowed_payment_method_types: ['card'] });
  const { id } = held;
  expect(
    await typesOf(() => refusal(paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }))),
  ).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);
  expect(
    await typesOf(() => paymentIntents.confirm(id, { payment_method: 'pm_card_visa', capture_method: 'manual' })),
  ).toEqual(['charge.succeeded', 'payment_intent.amount_capturable_updated']);
  expect(await typesOf(() => paymentIntents.capture(id))).toEqual(['charge.captured', 'payment_intent.succeeded']);
  expect(await typesOf(() => refunds.create({ payment_intent: id, amount: 1 }))).toEqual([
    'refund.created',
    'charge.refunded',
  ]);
  expect(await typesOf(() => paymentIntents.create(card('pm_card_threeDSecure2Required')))).toEqual([
    'payment_intent.created',
    'payment_intent.requires_action',
  ]);
  const open = await paymentIntents.create({ amount: 100, currency: 'eur' });
  expect(await typesOf(() => paymentIntents.cancel(open.id))).toEqual([
    'payment_intent.created',
    'payment_intent.canceled',
  ]);
  const debit = { ...card('pm_usBankAccount_success'), allowed_payment_method_types: ['us_bank_account'] };
  expect(await typesOf(() => paymentIntents.create(debit))).toEqual([
    'payment_intent.created',
    'charge.pending',
    'payment_intent.processing',
    'charge.succeeded',
    'payment_intent.succeeded',
  ]);
});

test('a delivery that fails is repeated until it is accepted', async () => {
  await using shop = await receiver((occasion) => [500, 302, 'cut' as const][occasion] ?? 204);
  await using sut = await started({ webhookUrl: shop.url, webhookRetry: FAST });
  await sut.stripe.customers.create({});
  await sut.simulator.flushWebhooks();
  expect(shop.received).toHaveLength(4);
  expect(new Set(shop.received.map(({ event }) => event.id)).size).toBe(1);
  const [event] = sut.simulator.ledger.events();
  expect(sut.simulator.ledger.deliveryOf(String(event?.id))).toBe('delivered');
  expect(event?.pending_webhooks).toBe(0);
});

test('a delivery is given up after the last attempt', async () => {
  await using shop = await receiver(() => 500);
  await using sut = await started({ webhookUrl: shop.url, webhookRetry: FAST });
  await sut.stripe.customers.create({});
  await sut.simulator.flushWebhooks();
  expect(shop.received).toHaveLength(4);
  const [event] = sut.simulator.ledger.events();
  expect(sut.simulator.ledger.deliveryOf(String(event?.id))).toBe('given_up');
});

test('an unreachable receiver delays no request', async () => {
  await using sut = await started({
    webhookUrl: 'http://127.0.0.1:9/',
    webhookRetry: { ...FAST, firstMs: 60_000, maxMs: 60_000 },
  });
  expect(await sut.stripe.paymentIntents.create(card())).toMatchObject({ status: 'succeeded' });
  const pending = await sut.stripe.events.list({ delivery_success: false });
  expect(pending.data).toHaveLength(3);
});

test('https receivers are addressed by TLS', async () => {
  await using shop = await receiver();
  await using sut = await started({
    webhookUrl: shop.url.replace('http:', 'https:'),
    webhookRetry: { ...FAST, attempts: 1 },
  });
  await sut.stripe.customers.create({});
  await sut.simulator.flushWebhooks();
  expect(shop.received).toEqual([]);
});

test('events of the time without a receiver are never sent, later ones are', async () => {
  await using shop = await receiver();
  await using sut = await started();
  await sut.stripe.customers.create({ name: 'early' });
  sut.simulator.setWebhookUrl(shop.url);
  await sut.stripe.customers.create({ name: 'late' });
  await sut.simulator.flushWebhooks();
  expect(shop.received).toMatchObject([{ event: { data: { object: { name: 'late' } } } }]);
});

test('events can be listed by type and read', async () => {
  await using sut = await started();
  await sut.stripe.paymentIntents.create(card());
  const succeeded = await sut.stripe.events.list({ type: 'payment_intent.succeeded' });
  expect(succeeded.data).toHaveLength(1);
  const two = await sut.stripe.events.list({ types: ['charge.succeeded', 'payment_intent.created'] });
  expect(two.data.map(({ type }) => type)).toEqual(['charge.succeeded', 'payment_intent.created']);
  const id = String(succeeded.data[0]?.id);
  expect(await sut.stripe.events.retrieve(id)).toMatchObject({ id, pending_webhooks: 0 });
  expect(await refusal(sut.stripe.events.retrieve('evt_no'))).toMatchObject({ statusCode: 404 });
});
