import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { card, clientOf, NEW_YEAR, raw, refusal, started } from './test-support.ts';

test('a card payment succeeds in the answer to its creation', async () => {
  await using sut = await started({ now: () => NEW_YEAR });
  const intent = await sut.stripe.paymentIntents.create({
    ...card(),
    metadata: { order: 'o-1' },
    receipt_email: 'a@example.com',
    description: 'Order 1',
    expand: ['latest_charge.balance_transaction', 'payment_method'],
  });
  expect(intent).toMatchObject({
    amount: 1_000,
    amount_received: 1_000,
    currency: 'eur',
    created: NEW_YEAR / 1_000,
    status: 'succeeded',
    livemode: false,
    metadata: { order: 'o-1' },
    receipt_email: 'a@example.com',
    latest_charge: { paid: true, captured: true, amount_captured: 1_000, balance_transaction: { net: 941, fee: 59 } },
    payment_method: { card: { brand: 'visa', last4: '4242' } },
  });
  expect(intent.lastResponse.requestId).toMatch(/^req_/);
  expect(intent.lastResponse.apiVersion).toBe('2026-10-28.endive');
  const charge = intent.latest_charge as Stripe.Charge;
  const movement = charge.balance_transaction as Stripe.BalanceTransaction;
  expect(await sut.stripe.charges.retrieve(charge.id)).toMatchObject({ payment_intent: intent.id });
  expect(await sut.stripe.balanceTransactions.retrieve(movement.id)).toMatchObject({
    amount: 1_000,
    source: charge.id,
  });
  expect((await sut.stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(1);
});

test.each([
  ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
])('%s is refused with 402 %s/%s and leaves the payment open', async (method, code, declineCode) => {
  await using sut = await started();
  const error = await refusal(sut.stripe.paymentIntents.create(card(method)));
  expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code: declineCode });
  const intent = error.payment_intent;
  expect(intent).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    amount_received: 0,
    last_payment_error: { code, decline_code: declineCode, charge: error.charge, type: 'card_error' },
  });
  expect(await sut.stripe.charges.retrieve(String(error.charge))).toMatchObject({ status: 'failed', paid: false });
  const paid = await sut.stripe.paymentIntents.confirm(String(intent?.id), { payment_method: 'pm_card_mastercard' });
  expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
});

test('a payment is created, updated, confirmed and then refuses every further change', async () => {
  await using sut = await started();
  const { paymentIntents } = sut.stripe;
  const intent = await paymentIntents.create({
    amount: 500,
    currency: 'EUR',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { keep: '1', drop: '2' },
    shipping: { name: 'A', address: { line1: 'Street 1', country: 'DE' } },
  });
  expect(intent).toMatchObject({
    status: 'requires_payment_method',
    shipping: { name: 'A', address: { line1: 'Street 1', city: null } },
  });
  expect(await refusal(paymentIntents.confirm(intent.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
  const updated = await paymentIntents.update(intent.id, {
    amount: 700,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    metadata: { drop: '', add: '3' },
    shipping: '',
    description: 'changed',
  });
  expect(updated).toMatchObject({
    amount: 700,
    currency: 'usd',
    status: 'requires_confirmation',
    metadata: { keep: '1', add: '3' },
    shipping: null,
    description: 'changed',
  });
  expect(await paymentIntents.confirm(intent.id)).toMatchObject({ status: 'succeeded', amount_received: 700 });
  for (const again of [
    paymentIntents.confirm(intent.id),
    paymentIntents.cancel(intent.id),
    paymentIntents.capture(intent.id),
    paymentIntents.update(intent.id, { amount: 1 }),
  ]) {
    expect(await refusal(again)).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'payment_intent_unexpected_state',
    });
  }
  expect(await paymentIntents.update(intent.id, { metadata: '' })).toMatchObject({ metadata: {}, amount: 700 });
  expect(await paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded', amount_received: 700 });
});

test('dynamic payment methods need a return_url to be confirmed', async () => {
  await using sut = await started();
  const terms = { amount: 500, currency: 'eur', confirm: true, payment_method: 'pm_card_visa' } as const;
  expect(await refusal(sut.stripe.paymentIntents.create(terms))).toMatchObject({ param: 'return_url' });
  expect(sut.simulator.ledger.paymentIntents()).toEqual([]);
  const paid = await sut.stripe.paymentIntents.create({ ...terms, return_url: 'https://shop.example/back' });
  expect(paid.status).toBe('succeeded');
});

test('manual capture holds the amount, takes a part of it and refuses more', async () => {
  await using sut = await started();
  const { paymentIntents } = sut.stripe;
  const held = await paymentIntents.create({ ...card(), capture_method: 'manual', expand: ['latest_charge'] });
  expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1_000, amount_received: 0 });
  expect(held.latest_charge).toMatchObject({ captured: false, amount_captured: 0, balance_transaction: null });
  const tooMuch = await refusal(paymentIntents.capture(held.id, { amount_to_capture: 1_001 }));
  expect(tooMuch).toMatchObject({ statusCode: 400, code: 'amount_too_large' });
  const taken = await paymentIntents.capture(held.id, { amount_to_capture: 400, expand: ['latest_charge'] });
  expect(taken).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 400 });
  expect(taken.latest_charge).toMatchObject({ captured: true, amount_captured: 400 });
  expect(await refusal(paymentIntents.capture(held.id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
});

test('cancelling releases a held amount and ends the payment for good', async () => {
  await using sut = await started();
  const { paymentIntents } = sut.stripe;
  const held = await paymentIntents.create({ ...card(), capture_method: 'manual' });
  const canceled = await paymentIntents.cancel(held.id, {
    cancellation_reason: 'abandoned',
    expand: ['latest_charge'],
  });
  expect(canceled).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'abandoned',
    amount_capturable: 0,
    latest_charge: { refunded: true, amount_refunded: 1_000 },
  });
  expect(await refusal(paymentIntents.confirm(held.id, { payment_method: 'pm_card_visa' }))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
  const open = await paymentIntents.create({ amount: 1, currency: 'eur' });
  expect(await paymentIntents.cancel(open.id)).toMatchObject({ status: 'canceled', cancellation_reason: null });
});

test('3-D Secure asks the present customer and declines the absent one', async () => {
  await using sut = await started();
  const { paymentIntents } = sut.stripe;
  const redirect = await paymentIntents.create({
    ...card('pm_card_threeDSecure2Required'),
    return_url: 'https://shop.example/back',
  });
  expect(redirect).toMatchObject({
    status: 'requires_action',
    next_action: {
      type: 'redirect_to_url',
      redirect_to_url: { return_url: 'https://shop.example/back', url: `${sut.simulator.url}/3ds/${redirect.id}` },
    },
  });
  expect(await paymentIntents.confirm(redirect.id)).toMatchObject({ status: 'requires_action' });
  const scripted = await paymentIntents.create(card('pm_card_authenticationRequired'));
  expect(scripted).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
  const absent = await refusal(paymentIntents.create({ ...card('pm_card_authenticationRequired'), off_session: true }));
  expect(absent).toMatchObject({ statusCode: 402, code: 'authentication_required' });
  const strict = { ...card('pm_card_threeDSecure2Required'), error_on_requires_action: true };
  expect(await refusal(paymentIntents.create(strict))).toMatchObject({ code: 'authentication_required' });
  const saved = await paymentIntents.create({ ...card('pm_card_authenticationRequiredOnSetup'), off_session: true });
  expect(saved.status).toBe('succeeded');
  const reopened = await paymentIntents.update(redirect.id, { payment_method: 'pm_card_visa' });
  expect(reopened).toMatchObject({ status: 'requires_confirmation', next_action: null });
});

test('a publishable key confirms and reads one payment with its client secret, and nothing else', async () => {
  await using sut = await started();
  const browser = clientOf(sut.simulator);
  const key = { apiKey: 'pk_test_simulator' };
  const intent = await sut.stripe.paymentIntents.create({
    amount: 900,
    currency: 'eur',
    allowed_payment_method_types: ['card'],
  });
  const wrong = browser.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }, key);
  expect(await refusal(wrong)).toMatchObject({ code: 'payment_intent_invalid_parameter', param: 'client_secret' });
  const secret = String(intent.client_secret);
  const paid = await raw(sut.simulator, `/v1/payment_intents/${intent.id}/confirm`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test_simulator' },
    body: `client_secret=${secret}&payment_method=pm_card_threeDSecure2Required&return_url=https://shop.example/`,
  });
  expect(paid.status).toBe(200);
  const read = await browser.paymentIntents.retrieve(intent.id, { client_secret: secret }, key);
  expect(read.status).toBe('requires_action');
  expect(await refusal(browser.paymentIntents.list({}, key))).toMatchObject({
    statusCode: 401,
    code: 'secret_key_required',
  });
});

test('lists are newest first, filtered and paged in both directions', async () => {
  let now = NEW_YEAR;
  await using sut = await started({ now: () => now });
  const { paymentIntents, customers } = sut.stripe;
  const customer = await customers.create({ email: 'c@example.com' });
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    now += 1_000;
    const owner = index === 0 ? { customer: customer.id } : {};
    ids.unshift((await paymentIntents.create({ amount: 100 + index, currency: 'eur', ...owner })).id);
  }
  const seen: string[] = [];
  for await (const intent of paymentIntents.list({ limit: 2 })) seen.push(intent.id);
  expect(seen).toEqual(ids);
  const first = await paymentIntents.list({ limit: 2 });
  expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
  const back = await paymentIntents.list({ limit: 1, ending_before: ids[2] ?? '' });
  expect(back.data.map(({ id }) => id)).toEqual([ids[1]]);
  const since = await paymentIntents.list({ created: { gte: NEW_YEAR / 1_000 + 4 } });
  expect(since.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const until = await paymentIntents.list({ created: { lte: NEW_YEAR / 1_000 + 1, gt: 0 } });
  expect(until.data.map(({ id }) => id)).toEqual(ids.slice(4));
  expect((await paymentIntents.list({ created: NEW_YEAR / 1_000 + 3 })).data).toHaveLength(1);
  expect((await paymentIntents.list({ created: { lt: 1 } })).data).toEqual([]);
  const theirs = await paymentIntents.list({ customer: customer.id, expand: ['data.customer'] });
  expect(theirs.data).toMatchObject([{ id: ids[4], customer: { email: 'c@example.com' } }]);
  expect(await refusal(paymentIntents.list({ starting_after: 'pi_none' }))).toMatchObject({ code: 'resource_missing' });
  const both = paymentIntents.list({ starting_after: ids[0] ?? '', ending_before: ids[1] ?? '' });
  expect(await refusal(both)).toMatchObject({ statusCode: 400 });
  expect(await refusal(paymentIntents.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
});

test('search finds by metadata, status, amount and time', async () => {
  await using sut = await started({ now: () => NEW_YEAR });
  const { paymentIntents } = sut.stripe;
  const paid = await paymentIntents.create({ ...card(), metadata: { order: "o'1", kind: 'web' } });
  const open = await paymentIntents.create({ amount: 50, currency: 'usd', metadata: { order: 'o2', kind: 'web' } });
  const find = async (query: string) => (await paymentIntents.search({ query })).data.map(({ id }) => id);
  expect(await find("metadata['order']:'o2'")).toEqual([open.id]);
  expect(await find('metadata["order"]:"o\'1"')).toEqual([paid.id]);
  expect(await find("metadata['kind']:'web' AND status:'succeeded'")).toEqual([paid.id]);
  expect(await find("currency:'usd' OR amount>=1000")).toEqual([open.id, paid.id]);
  expect(await find("-metadata['order']:'o2' amount<=1000 amount>50")).toEqual([paid.id]);
  expect(await find('amount<1000')).toEqual([open.id]);
  expect(await find(`created:${NEW_YEAR / 1_000} metadata['order']~'o2'`)).toEqual([open.id]);
  expect(await find("metadata['nothing']:null")).toHaveLength(2);
  const page = await paymentIntents.search({ query: "metadata['kind']:'web'", limit: 1 });
  expect(page).toMatchObject({ object: 'search_result', has_more: true });
  const next = await paymentIntents.search({
    query: "metadata['kind']:'web'",
    limit: 1,
    page: String(page.next_page),
  });
  expect(next).toMatchObject({ has_more: false, data: [{ id: paid.id }] });
  for (const query of ['', 'nonsense', "status:'a' AND status:'b' OR status:'c'", "unknown:'x'", "amount:'x'"]) {
    expect(await refusal(paymentIntents.search({ query }))).toMatchObject({ statusCode: 400, param: 'query' });
  }
  expect(await refusal(paymentIntents.search({ query: 'amount>1', page: 'x' }))).toMatchObject({ param: 'page' });
});

test('a bank debit is processing and then succeeds or fails by itself', async () => {
  await using sut = await started({ settleMs: 1 });
  const terms = {
    ...card('pm_usBankAccount_success'),
    currency: 'usd',
    allowed_payment_method_types: ['us_bank_account'],
  };
  const good = await sut.stripe.paymentIntents.create(terms);
  expect(good.status).toBe('processing');
  await sut.simulator.flushWebhooks();
  expect(await sut.stripe.paymentIntents.retrieve(good.id, { expand: ['latest_charge'] })).toMatchObject({
    status: 'succeeded',
    amount_received: 1_000,
    latest_charge: { paid: true, status: 'succeeded' },
  });
  const bad = await sut.stripe.paymentIntents.create({
    ...terms,
    payment_method: 'pm_usBankAccount_insufficientFunds',
  });
  await sut.simulator.flushWebhooks();
  expect(await sut.stripe.paymentIntents.retrieve(bad.id)).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { decline_code: 'insufficient_funds' },
  });
  const refused = sut.stripe.paymentIntents.create(card('pm_usBankAccount_success'));
  expect(await refusal(refused)).toMatchObject({ param: 'payment_method', statusCode: 400 });
});
