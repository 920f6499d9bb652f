import { expect, test } from 'vitest';
import { card, refusal, started } from './test-support.ts';

test('a payment is refunded in parts and never beyond what was captured', async () => {
  await using sut = await started();
  const { paymentIntents, refunds } = sut.stripe;
  const intent = await paymentIntents.create(card());
  const part = await refunds.create({
    payment_intent: intent.id,
    amount: 400,
    reason: 'requested_by_customer',
    metadata: { rma: '1' },
    expand: ['charge'],
  });
  expect(part).toMatchObject({
    amount: 400,
    status: 'succeeded',
    reason: 'requested_by_customer',
    metadata: { rma: '1' },
    payment_intent: intent.id,
    charge: { amount_refunded: 400, refunded: false, refunds: { data: [{ id: part.id }] } },
  });
  const beyond = await refusal(refunds.create({ payment_intent: intent.id, amount: 601 }));
  expect(beyond).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', param: 'amount' });
  const rest = await refunds.create({ charge: String(intent.latest_charge) });
  expect(rest.amount).toBe(600);
  const again = await refusal(refunds.create({ payment_intent: intent.id }));
  expect(again).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
  expect(await refunds.retrieve(part.id)).toMatchObject({ id: part.id });
  expect((await refunds.list({ payment_intent: intent.id })).data.map(({ id }) => id)).toEqual([rest.id, part.id]);
  expect((await refunds.list({ charge: 'ch_other' })).data).toEqual([]);
  expect(sut.simulator.ledger.charges()).toMatchObject([{ refunded: true, amount_refunded: 1_000 }]);
  expect(sut.simulator.ledger.refunds()).toHaveLength(2);
  const noted = await refunds.update(part.id, { metadata: { rma: '2' } });
  expect(noted).toMatchObject({ metadata: { rma: '2' }, amount: 400 });
});

test('nothing is refunded that was not captured', async () => {
  await using sut = await started();
  const { paymentIntents, refunds } = sut.stripe;
  const open = await paymentIntents.create({ amount: 100, currency: 'eur' });
  const held = await paymentIntents.create({ ...card(), capture_method: 'manual' });
  const paid = await paymentIntents.create(card());
  expect(await refusal(refunds.create({ payment_intent: open.id }))).toMatchObject({ param: 'payment_intent' });
  expect(await refusal(refunds.create({ payment_intent: held.id }))).toMatchObject({ param: 'payment_intent' });
  expect(await refusal(refunds.create({ charge: String(held.latest_charge) }))).toMatchObject({ param: 'charge' });
  expect(await refusal(refunds.create({ payment_intent: 'pi_no' }))).toMatchObject({ code: 'resource_missing' });
  expect(await refusal(refunds.create({ charge: 'ch_no' }))).toMatchObject({ code: 'resource_missing' });
  expect(await refusal(refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
  const mixed = refunds.create({ payment_intent: paid.id, charge: String(held.latest_charge) });
  expect(await refusal(mixed)).toMatchObject({ param: 'charge' });
  expect(await refusal(refunds.retrieve('re_no'))).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  expect(sut.simulator.ledger.refunds()).toEqual([]);
});

test('a partial capture limits what can be refunded', async () => {
  await using sut = await started();
  const held = await sut.stripe.paymentIntents.create({ ...card(), capture_method: 'manual' });
  await sut.stripe.paymentIntents.capture(held.id, { amount_to_capture: 400 });
  expect(await refusal(sut.stripe.refunds.create({ payment_intent: held.id, amount: 401 }))).toMatchObject({
    param: 'amount',
  });
  expect(await sut.stripe.refunds.create({ payment_intent: held.id })).toMatchObject({ amount: 400 });
});

test('a slow refund is pending and then succeeds; a failing one gives the amount back', async () => {
  await using sut = await started({ settleMs: 1 });
  const { paymentIntents, refunds } = sut.stripe;
  const slow = await paymentIntents.create(card('pm_card_pendingRefund'));
  const pending = await refunds.create({ payment_intent: slow.id });
  expect(pending.status).toBe('pending');
  const failing = await paymentIntents.create(card('pm_card_refundFail'));
  const hopeful = await refunds.create({ payment_intent: failing.id });
  expect(hopeful.status).toBe('succeeded');
  await sut.simulator.flushWebhooks();
  expect(await refunds.retrieve(pending.id)).toMatchObject({ status: 'succeeded' });
  expect(await refunds.retrieve(hopeful.id)).toMatchObject({
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
  });
  expect(sut.simulator.ledger.find('charge', String(failing.latest_charge))).toMatchObject({
    amount_refunded: 0,
    refunded: false,
  });
  const types = sut.simulator.ledger.events().map(({ type }) => type);
  expect(types.filter((type) => type.includes('refund')).sort()).toEqual(
    [
      ...['refund.created', 'charge.refunded', 'refund.updated', 'charge.refund.updated'],
      ...['refund.created', 'charge.refunded', 'refund.updated', 'charge.refund.updated', 'refund.failed'],
    ].sort(),
  );
});
