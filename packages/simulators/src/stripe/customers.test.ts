import { expect, test } from 'vitest';
import { card, refusal, started } from './test-support.ts';

test('a customer is created, changed and read', async () => {
  await using sut = await started();
  const { customers } = sut.stripe;
  const customer = await customers.create({
    email: 'a@example.com',
    name: 'A',
    address: { line1: 'Street 1', country: 'DE' },
    metadata: { ours: '1' },
  });
  expect(customer).toMatchObject({
    email: 'a@example.com',
    address: { line1: 'Street 1', city: null },
    metadata: { ours: '1' },
  });
  await customers.update(customer.id, { name: '', metadata: { more: '2' } });
  expect(await customers.retrieve(customer.id)).toMatchObject({
    name: null,
    email: 'a@example.com',
    metadata: { ours: '1', more: '2' },
  });
  expect(sut.simulator.ledger.customers()).toHaveLength(1);
  expect(await refusal(customers.retrieve('cus_no'))).toMatchObject({ statusCode: 404, code: 'resource_missing' });
});

test('a card is saved with its customer by a payment, charged again off session and removed', async () => {
  await using sut = await started();
  const { customers, paymentIntents, paymentMethods } = sut.stripe;
  const customer = await customers.create({});
  const first = await paymentIntents.create({ ...card(), customer: customer.id, setup_future_usage: 'off_session' });
  const saved = await customers.listPaymentMethods(customer.id, { type: 'card' });
  expect(saved.data.map(({ id }) => id)).toEqual([first.payment_method]);
  const method = String(first.payment_method);
  const again = await paymentIntents.create({ ...card(method), customer: customer.id, off_session: true });
  expect(again).toMatchObject({ status: 'succeeded', payment_method: method });
  expect(await paymentMethods.detach(method)).toMatchObject({ customer: null });
  expect((await customers.listPaymentMethods(customer.id)).data).toEqual([]);
  expect(await paymentMethods.attach('pm_card_amex', { customer: customer.id })).toMatchObject({
    customer: customer.id,
    card: { brand: 'amex' },
  });
  expect(await refusal(paymentMethods.detach('pm_no'))).toMatchObject({ statusCode: 404 });
  expect(await refusal(paymentMethods.attach('pm_card_visa', { customer: 'cus_no' }))).toMatchObject({
    statusCode: 400,
    param: 'customer',
  });
  expect(await refusal(paymentIntents.create({ ...card(), customer: 'cus_no' }))).toMatchObject({ param: 'customer' });
});

test('a payment method of one customer is neither attached to another nor charged without its own', async () => {
  await using sut = await started();
  const { customers, paymentIntents, paymentMethods } = sut.stripe;
  const [ada, eve] = [await customers.create({}), await customers.create({})];
  const { id } = await paymentMethods.attach('pm_card_visa', { customer: ada.id });
  expect(await refusal(paymentMethods.attach(id, { customer: eve.id }))).toMatchObject({ statusCode: 400 });
  for (const whose of [{}, { customer: eve.id }]) {
    const charge = paymentIntents.create({ ...card(id), ...whose });
    expect(await refusal(charge)).toMatchObject({ statusCode: 400, param: 'payment_method' });
  }
  expect((await paymentIntents.list()).data).toEqual([]);
  expect(await paymentIntents.create({ ...card(id), customer: ada.id })).toMatchObject({ status: 'succeeded' });
  expect(await paymentMethods.attach(id, { customer: ada.id })).toMatchObject({ customer: ada.id });
});

test('test payment methods and the account can be read', async () => {
  await using sut = await started();
  expect(await sut.stripe.paymentMethods.retrieve('pm_card_mastercard')).toMatchObject({
    id: 'pm_card_mastercard',
    card: { brand: 'mastercard', last4: '4444' },
    livemode: false,
  });
  const paid = await sut.stripe.paymentIntents.create(card());
  expect(await sut.stripe.paymentMethods.retrieve(String(paid.payment_method))).toMatchObject({ type: 'card' });
  expect(await refusal(sut.stripe.paymentMethods.retrieve('pm_no'))).toMatchObject({ statusCode: 404 });
  expect(await sut.stripe.accounts.retrieveCurrent()).toMatchObject({ object: 'account', charges_enabled: true });
});
