import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../kit/transaction.ts';
import { seedStore } from '../../../testing/catalog-factories.ts';
import { customerRows, newAdministrator, newCustomer } from '../../../testing/customer-calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { ADDRESS } from '../../../testing/shop.ts';
import { query } from '../../../testing/tell-outbox.ts';
import { erasePersonalData, listPersonalData } from '../index.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

/** A customer of whom there is something in every table. */
async function wholeCustomer() {
  const ada = await newCustomer(runtime);
  const admin = await newAdministrator(runtime);
  await ada.api.updateProfile({ name: 'Ada', phone: '+49 170 1', locale: 'de', currency: 'EUR' });
  await ada.api.createAddress({ address: ADDRESS });
  await ada.api.setConsent({ channel: 'email', granted: true, textVersion: 't1' });
  await admin.api.createGroup({ code: `g-${ada.id}`, name: `Group of ${ada.id}` });
  await admin.api.addToGroup({ code: `g-${ada.id}`, customerId: ada.id });
  await query(runtime, `insert into payment_customers values ($1, 'stripe', 'cus_' || $1::uuid, now())`, [ada.id]);
  await query(
    runtime,
    `insert into saved_payment_methods (id, user_id, provider, reference, type, brand, last4, is_default, created_at)
     values (gen_random_uuid(), $1, 'stripe', 'pm_' || $1::uuid, 'card', 'visa', '4242', true, now())`,
    [ada.id],
  );
  await query(
    runtime,
    `insert into impersonations values (gen_random_uuid(), repeat('a', 28) || $2, $1, $3, now(), now() + interval '15 min')`,
    [admin.id, ada.id, ada.id],
  );
  return ada;
}

const rowsOf = async (id: string) =>
  (await customerRows(runtime)).map((row) => JSON.stringify(row)).filter((text) => text.includes(id));

test('what is kept of a person is listed, all of it, and nothing of anybody else', async () => {
  const [ada, eve] = [await wholeCustomer(), await wholeCustomer()];
  const data = await listPersonalData(runtime.db, { userId: ada.id });
  expect(data).toMatchObject({
    profile: { id: ada.id, name: 'Ada', phone: '+491701', locale: 'de', currency: 'EUR', consents: ['email'] },
    addresses: [{ address: ADDRESS, isDefaultShipping: true, isDefaultBilling: true, createdAt: expect.any(Date) }],
    consents: [{ channel: 'email', action: 'granted', source: 'account', textVersion: 't1' }],
    groups: [{ code: `g-${ada.id}` }],
    paymentMethods: [{ reference: `pm_${ada.id}`, brand: 'visa', last4: '4242' }],
    seenByStaff: [{ startedAt: expect.any(Date), endedAt: expect.any(Date) }],
  });
  expect(JSON.stringify(data)).not.toContain(eve.id);
  const nobody = runtime.ids.uuid(runtime.clock.now());
  expect(await listPersonalData(runtime.db, { userId: nobody })).toBeUndefined();
});

test('what is kept of a person is forgotten, all of it, and nothing of anybody else', async () => {
  const [ada, eve] = [await wholeCustomer(), await wholeCustomer()];
  const before = await rowsOf(eve.id);
  await inTransaction(makeCtx(runtime), async (txCtx) => {
    await query(runtime, `update users set status = 'erased' where id = $1`, [ada.id]);
    await erasePersonalData(txCtx, { userId: ada.id });
  });
  const data = await listPersonalData(runtime.db, { userId: ada.id });
  expect(data).toMatchObject({
    profile: { name: null, phone: null, locale: null, currency: null, consents: [] },
    addresses: [],
    consents: [],
    groups: [],
    paymentMethods: [],
  });
  expect(await query(runtime, `select topic, payload from outbox`)).toEqual([
    { topic: 'payment_method.removed', payload: { provider: 'stripe', reference: `pm_${ada.id}` } },
  ]);
  expect(await rowsOf(eve.id)).toEqual(before);
});

test('nothing is forgotten of an account that is not marked as erased', async () => {
  const ada = await wholeCustomer();
  const before = await customerRows(runtime);
  const erase = inTransaction(makeCtx(runtime), (txCtx) => erasePersonalData(txCtx, { userId: ada.id }));
  await expect(erase).rejects.toThrow('append-only');
  expect(await customerRows(runtime)).toEqual(before);
});
