import { expect, test } from 'vitest';
import { type FaultPlan, Faults } from './faults.ts';
import { card, clientOf, raw, receiver, refusal, started } from './test-support.ts';

const IMPATIENT = { timeout: 100 };

test('a timeout before the work leaves nothing behind, and the same key then works', async () => {
  await using sut = await started({ faults: { timeoutBefore: [true] } });
  const client = clientOf(sut.simulator, IMPATIENT);
  const lost = await refusal(client.paymentIntents.create(card(), { idempotencyKey: 'k' }));
  expect(lost.type).toBe('StripeConnectionError');
  expect(sut.simulator.ledger.paymentIntents()).toEqual([]);
  expect(await client.paymentIntents.create(card(), { idempotencyKey: 'k' })).toMatchObject({ status: 'succeeded' });
  expect(sut.simulator.ledger.requests()).toMatchObject([{ status: null, fault: 'timeoutBefore' }, { status: 200 }]);
});

test('a timeout after the work has done it once, and the SDK retrying with its key gets that answer', async () => {
  await using shop = await receiver();
  await using sut = await started({ faults: { timeoutAfter: [true] }, webhookUrl: shop.url });
  const client = clientOf(sut.simulator, { ...IMPATIENT, maxNetworkRetries: 1 });
  const intent = await client.paymentIntents.create(card(), { idempotencyKey: 'k' });
  expect(sut.simulator.ledger.paymentIntents()).toMatchObject([{ id: intent.id, status: 'succeeded' }]);
  expect(sut.simulator.ledger.requests()).toMatchObject([
    { status: null, fault: 'timeoutAfter', replayed: false },
    { status: 200, fault: null, replayed: true },
  ]);
  await sut.simulator.flushWebhooks();
  expect(shop.types()).toContain('payment_intent.succeeded');
});

// The SDK repeats a request once when its connection was cut, whatever maxNetworkRetries says.
test('a hanging connection is cut after hangMs', async () => {
  await using sut = await started({ faults: { timeoutBefore: [true, true], hangMs: 5 } });
  expect((await refusal(sut.stripe.paymentIntents.create(card()))).type).toBe('StripeConnectionError');
});

test('a replay can time out too', async () => {
  await using sut = await started({ faults: { timeoutAfter: [false, true, true], hangMs: 5 } });
  await sut.stripe.paymentIntents.create(card(), { idempotencyKey: 'k' });
  expect((await refusal(sut.stripe.paymentIntents.create(card(), { idempotencyKey: 'k' }))).type).toBe(
    'StripeConnectionError',
  );
  expect(sut.simulator.ledger.requests()).toMatchObject([
    { status: 200 },
    { status: null, replayed: true },
    { status: null, replayed: true },
  ]);
});

test('a 500 before the work is retried by the SDK with the same key and then succeeds', async () => {
  await using sut = await started({ faults: { error500Before: [true] } });
  const client = clientOf(sut.simulator, { maxNetworkRetries: 1 });
  expect(await client.paymentIntents.create(card())).toMatchObject({ status: 'succeeded' });
  const [first, second] = sut.simulator.ledger.requests();
  expect([first?.status, second?.status]).toEqual([500, 200]);
  expect(first?.idempotencyKey).toBe(second?.idempotencyKey);
  expect(sut.simulator.ledger.charges()).toHaveLength(1);
});

test('a 500 after the work is what the key replays, while the payment exists and can be found', async () => {
  await using sut = await started({ faults: { error500After: [true] } });
  const terms = { ...card(), metadata: { attempt: 'a-1' } };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const error = await refusal(sut.stripe.paymentIntents.create(terms, { idempotencyKey: 'k', maxNetworkRetries: 2 }));
    expect(error).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
  }
  expect(sut.simulator.ledger.requests()).toMatchObject([
    { fault: 'error500After', replayed: false },
    { replayed: true, status: 500 },
  ]);
  const found = await sut.stripe.paymentIntents.search({ query: "metadata['attempt']:'a-1'" });
  expect(found.data).toMatchObject([{ status: 'succeeded' }]);
});

test('reading is never disturbed', async () => {
  await using sut = await started({ faults: { timeoutBefore: 1 } });
  expect((await sut.stripe.paymentIntents.list()).data).toEqual([]);
});

test('events can arrive before the answer', async () => {
  await using shop = await receiver();
  await using sut = await started({ webhookUrl: shop.url, faults: { webhookBeforeAnswer: [true] } });
  await sut.stripe.paymentIntents.create(card());
  expect(shop.received).toHaveLength(3);
});

test('an event can be lost, doubled, late or overtaken', async () => {
  await using shop = await receiver();
  await using sut = await started({ webhookUrl: shop.url });
  const deliveredWith = async (plan: FaultPlan) => {
    const before = shop.received.length;
    sut.simulator.setFaults(plan);
    await sut.stripe.paymentIntents.create(card());
    await sut.simulator.flushWebhooks();
    return shop.types().slice(before);
  };
  const [created, charged, succeeded] = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'];
  expect(await deliveredWith({ webhookLost: [false, true] })).toEqual([created, succeeded]);
  expect(await deliveredWith({ webhookDuplicate: [true] })).toEqual([created, created, charged, succeeded]);
  expect(await deliveredWith({ webhookDelay: [true], webhookDelayMs: 40 })).toEqual([charged, succeeded, created]);
  expect((await deliveredWith({ webhookReorder: [true] })).indexOf(created ?? '')).toBeGreaterThan(0);
  expect(await deliveredWith({ webhookReorder: 1, webhookReorderMs: 5 })).toHaveLength(3);
  const lost = sut.simulator.ledger.events().filter(({ id }) => sut.simulator.ledger.deliveryOf(id) === 'lost');
  expect(lost.map(({ type }) => type)).toEqual([charged]);
});

test('the same seed makes the same decisions, another seed others', () => {
  const decisions = (seed: number) => {
    const faults = new Faults({ timeoutBefore: 0.3, webhookDelayMs: [0, 1_000] }, seed);
    return Array.from({ length: 200 }, () => [faults.ofRequest(), faults.milliseconds('webhookDelayMs', 0)]);
  };
  expect(decisions(7)).toEqual(decisions(7));
  expect(decisions(7)).not.toEqual(decisions(8));
});

test('one fault does not shift the decisions of another', () => {
  const lost = (plan: FaultPlan) => {
    const faults = new Faults({ ...plan, webhookLost: 0.5 }, 3);
    return Array.from({ length: 100 }, () => {
      faults.ofRequest();
      return faults.strikes('webhookLost');
    });
  };
  expect(lost({ timeoutBefore: 0.9 })).toEqual(lost({}));
});

test('a probability strikes about as often as it says', () => {
  const faults = new Faults({ webhookLost: 0.2 }, 42);
  const struck = Array.from({ length: 10_000 }, () => faults.strikes('webhookLost')).filter(Boolean).length;
  expect(struck).toBeGreaterThan(1_800);
  expect(struck).toBeLessThan(2_200);
});

test('under seeded chaos every key has charged at most once and the ledger explains every answer', async () => {
  const plan: FaultPlan = { timeoutBefore: 0.1, timeoutAfter: 0.1, error500Before: 0.1, error500After: 0.1, hangMs: 2 };
  await using sut = await started({ faults: plan, seed: 11 });
  const form = 'amount=100&currency=eur&confirm=true&payment_method=pm_card_visa&payment_method_types[]=card';
  for (let order = 0; order < 60; order += 1) {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const headers = { 'idempotency-key': `order-${order}` };
      const answer = await raw(sut.simulator, '/v1/payment_intents', {
        method: 'POST',
        headers,
        body: `${form}&metadata[order]=${order}`,
      }).catch(() => undefined);
      if (answer?.status === 200) break;
    }
  }
  const charged = sut.simulator.ledger.paymentIntents().map(({ metadata }) => metadata['order']);
  expect(new Set(charged).size).toBe(charged.length);
  const struck = new Set(sut.simulator.ledger.requests().map(({ fault }) => fault));
  expect(struck.size).toBe(5);
});
