import { expect, test } from 'vitest';
import { card, errorIn, NEW_YEAR, raw, refusal, started } from './test-support.ts';

const body = 'amount=1000&currency=eur&confirm=true&payment_method=pm_card_visa&payment_method_types[]=card';

function post(key: string, form = body, path = '/v1/payment_intents'): [string, RequestInit] {
  return [path, { method: 'POST', body: form, headers: { 'idempotency-key': key } }];
}

test('the same key and parameters replay status and body byte for byte', async () => {
  await using sut = await started();
  const first = await raw(sut.simulator, ...post('k'));
  const reordered = body.split('&').reverse().join('&');
  const second = await raw(sut.simulator, ...post('k', reordered));
  expect(second.text).toBe(first.text);
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
  expect(sut.simulator.ledger.paymentIntents()).toHaveLength(1);
  expect(sut.simulator.ledger.requests()).toMatchObject([
    { idempotencyKey: 'k', status: 200, replayed: false },
    { idempotencyKey: 'k', status: 200, replayed: true },
  ]);
});

test('a decline is replayed as the same decline', async () => {
  await using sut = await started();
  const declined = body.replace('pm_card_visa', 'pm_card_chargeDeclined');
  const first = await raw(sut.simulator, ...post('k', declined));
  const second = await raw(sut.simulator, ...post('k', declined));
  expect(first.status).toBe(402);
  expect(second.text).toBe(first.text);
  expect(sut.simulator.ledger.charges()).toHaveLength(1);
});

test('the same key with other parameters or another endpoint is an idempotency error', async () => {
  await using sut = await started();
  const { paymentIntents, refunds } = sut.stripe;
  const intent = await paymentIntents.create(card(), { idempotencyKey: 'k' });
  const other = await refusal(paymentIntents.create(card('pm_card_visa', 2_000), { idempotencyKey: 'k' }));
  expect(other).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  const elsewhere = await refusal(refunds.create({ payment_intent: intent.id }, { idempotencyKey: 'k' }));
  expect(elsewhere).toMatchObject({ type: 'StripeIdempotencyError' });
  expect(elsewhere.message).toContain('/v1/refunds');
  expect(sut.simulator.ledger.refunds()).toEqual([]);
});

test('of concurrent requests with one key one works and the others are told it is in use', async () => {
  await using sut = await started({ faults: { latencyMs: 30 } });
  const answers = await Promise.all(Array.from({ length: 5 }, () => raw(sut.simulator, ...post('k'))));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
  const conflict = answers.find(({ status }) => status === 409);
  expect(errorIn(conflict ?? { text: '' })).toMatchObject({ code: 'idempotency_key_in_use' });
  expect(sut.simulator.ledger.charges()).toHaveLength(1);
  expect((await raw(sut.simulator, ...post('k'))).headers.get('idempotent-replayed')).toBe('true');
});

test('parameters that were refused do not use up the key; a refusal in execution does', async () => {
  await using sut = await started();
  expect((await raw(sut.simulator, ...post('k', `${body}&nonsense=1`))).status).toBe(400);
  expect((await raw(sut.simulator, ...post('k'))).status).toBe(200);
  const missing = await raw(sut.simulator, ...post('m', 'payment_intent=pi_no', '/v1/refunds'));
  const again = await raw(sut.simulator, ...post('m', 'payment_intent=pi_no', '/v1/refunds'));
  expect([missing.status, again.headers.get('idempotent-replayed')]).toEqual([400, 'true']);
});

test('a key is forgotten after 24 hours', async () => {
  let now = NEW_YEAR;
  await using sut = await started({ now: () => now });
  const first = await sut.stripe.paymentIntents.create(card(), { idempotencyKey: 'k' });
  now += 24 * 60 * 60 * 1_000 - 1_000;
  expect((await sut.stripe.paymentIntents.create(card(), { idempotencyKey: 'k' })).id).toBe(first.id);
  now += 1_000;
  expect((await sut.stripe.paymentIntents.create(card(), { idempotencyKey: 'k' })).id).not.toBe(first.id);
});

test('a key of more than 255 characters is refused, and one on a GET is ignored', async () => {
  await using sut = await started();
  expect((await raw(sut.simulator, ...post('k'.repeat(256)))).status).toBe(400);
  const headers = { 'idempotency-key': 'g' };
  await raw(sut.simulator, '/v1/payment_intents', { headers });
  const second = await raw(sut.simulator, '/v1/payment_intents', { headers });
  expect(second.headers.get('idempotent-replayed')).toBeNull();
});
