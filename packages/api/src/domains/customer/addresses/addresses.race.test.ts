import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CustomerApi, newCustomer } from '../../../testing/customer-calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { ADDRESS } from '../../../testing/shop.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { DATABASE_POOL_SIZE: '10' } });
});
afterAll(() => runtime.dispose());

async function defaultCounts(api: CustomerApi): Promise<[number, number]> {
  const { items } = await api.addresses();
  return [items.filter((each) => each.isDefaultShipping).length, items.filter((each) => each.isDefaultBilling).length];
}

test('addresses that are all made the default at once leave one default for each use', async () => {
  const { api } = await newCustomer(runtime);
  const made = [];
  for (let i = 0; i < 8; i += 1) made.push(await api.createAddress({ address: ADDRESS }));
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(
      made.map(({ id }) => api.updateAddress({ addressId: id, defaultShipping: true, defaultBilling: true })),
    );
    expect(await defaultCounts(api)).toEqual([1, 1]);
  }
});

test('an address that is deleted while another becomes the default leaves one default', async () => {
  const { api } = await newCustomer(runtime);
  await api.createAddress({ address: ADDRESS });
  for (let round = 0; round < 10; round += 1) {
    const { id } = await api.createAddress({ address: ADDRESS, defaultShipping: true, defaultBilling: true });
    const other = await api.createAddress({ address: ADDRESS });
    await Promise.all([
      api.deleteAddress({ addressId: id }),
      api.updateAddress({ addressId: other.id, defaultShipping: true }),
    ]);
    expect(await defaultCounts(api)).toEqual([1, 1]);
  }
});

test('ten first addresses at once are one default, and the fifty-first is refused however many come together', async () => {
  const { id, api } = await newCustomer(runtime);
  await Promise.all(Array.from({ length: 10 }, () => api.createAddress({ address: ADDRESS })));
  expect(await defaultCounts(api)).toEqual([1, 1]);
  const more = await Promise.allSettled(Array.from({ length: 50 }, () => api.createAddress({ address: ADDRESS })));
  expect(more.filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
  const count = 'select count(*)::int as count from customer_addresses where user_id = $1';
  expect(await querySql(runtime.databaseUrl, count, [id])).toEqual([{ count: 50 }]);
});
