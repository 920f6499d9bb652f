import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CustomerApi, customerRows, newCustomer, refusalOf } from '../../../testing/customer-calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { ADDRESS } from '../../../testing/shop.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const named = (firstName: string) => ({ ...ADDRESS, firstName });
const WHOLE = { ...ADDRESS, company: 'Analytical Engines', line2: 'Hinterhaus', region: 'Berlin', phone: '030 123' };

/** First names, the newest first, and which are the defaults. */
async function defaultsOf(api: CustomerApi): Promise<[string, boolean, boolean][]> {
  const { items } = await api.addresses();
  return items.map((each) => [each.address.firstName, each.isDefaultShipping, each.isDefaultBilling]);
}

describe('addresses', () => {
  test('come back as a checkout takes them, the newest first, in one statement', async () => {
    const { api } = await newCustomer(runtime);
    const first = await api.createAddress({ address: WHOLE });
    expect(first).toEqual({ id: expect.any(String), address: WHOLE, isDefaultShipping: true, isDefaultBilling: true });
    const second = await api.createAddress({ address: ADDRESS });
    expect(second).toEqual({ ...second, address: ADDRESS, isDefaultShipping: false, isDefaultBilling: false });
    runtime.takeStatements();
    expect(await api.addresses()).toEqual({ items: [second, first] });
    expect(runtime.takeStatements()).toHaveLength(1);
  });

  test('the first is the default for both uses; a default moves and is never doubled', async () => {
    const { api } = await newCustomer(runtime);
    await api.createAddress({ address: named('a') });
    await api.createAddress({ address: named('b'), defaultShipping: true });
    const { id } = await api.createAddress({ address: named('c') });
    expect(await defaultsOf(api)).toEqual([
      ['c', false, false],
      ['b', true, false],
      ['a', false, true],
    ]);
    await api.updateAddress({ addressId: id, defaultShipping: true, defaultBilling: true });
    await api.updateAddress({ addressId: id, defaultShipping: true });
    expect(await defaultsOf(api)).toEqual([
      ['c', true, true],
      ['b', false, false],
      ['a', false, false],
    ]);
  });

  test('a default that is deleted is handed on to the newest that is left', async () => {
    const { api } = await newCustomer(runtime);
    const a = await api.createAddress({ address: named('a') });
    await api.createAddress({ address: named('b') });
    const c = await api.createAddress({ address: named('c'), defaultBilling: true });
    await api.deleteAddress({ addressId: a.id });
    expect(await defaultsOf(api)).toEqual([
      ['c', true, true],
      ['b', false, false],
    ]);
    await api.deleteAddress({ addressId: c.id });
    expect(await defaultsOf(api)).toEqual([['b', true, true]]);
  });

  test('are replaced whole: what the new one does not say is gone', async () => {
    const { api } = await newCustomer(runtime);
    const { id } = await api.createAddress({ address: WHOLE });
    const replaced = await api.updateAddress({ addressId: id, address: ADDRESS });
    expect(replaced).toEqual({ id, address: ADDRESS, isDefaultShipping: true, isDefaultBilling: true });
    expect((await api.addresses()).items).toEqual([replaced]);
  });

  test('are at most fifty', async () => {
    const { id, api } = await newCustomer(runtime);
    await querySql(
      runtime.databaseUrl,
      `insert into customer_addresses (id, user_id, first_name, last_name, line1, city, postal_code, country, created_at,
         updated_at) select gen_random_uuid(), $1, 'A', 'L', 'x', 'y', 'z', 'DE', now(), now() from generate_series(1, 49)`,
      [id],
    );
    const last = await api.createAddress({ address: ADDRESS });
    const before = await customerRows(runtime);
    const refusal = { code: 'address_limit_reached', details: { limit: 50 } };
    expect(await refusalOf(api.createAddress({ address: ADDRESS }))).toEqual(refusal);
    expect(await customerRows(runtime)).toEqual(before);
    expect((await api.addresses()).items).toHaveLength(50);
    await api.deleteAddress({ addressId: last.id });
    await api.createAddress({ address: ADDRESS });
  });

  test('of somebody else are not there, like those that never were: nothing is read, changed or deleted', async () => {
    const [ada, eve] = [await newCustomer(runtime), await newCustomer(runtime)];
    const { id } = await ada.api.createAddress({ address: WHOLE });
    await eve.api.createAddress({ address: ADDRESS });
    const before = await customerRows(runtime);
    for (const addressId of [id, runtime.ids.uuid(runtime.clock.now()), '00000000-0000-0000-0000-000000000000']) {
      const attempts = [
        eve.api.updateAddress({ addressId, address: ADDRESS }),
        eve.api.updateAddress({ addressId, defaultShipping: true, defaultBilling: true }),
        eve.api.updateAddress({ addressId }),
        eve.api.deleteAddress({ addressId }),
      ];
      const refusals = await Promise.all(attempts.map(refusalOf));
      expect(refusals).toEqual(Array(4).fill({ code: 'address_not_found' }));
    }
    expect(await customerRows(runtime)).toEqual(before);
    expect((await eve.api.addresses()).items.map((each) => each.id)).not.toContain(id);
  });

  test.each(['addressId', 'id', 'userId', 'isDefaultShipping'])('cannot be made with a %s', async (field) => {
    const { api } = await newCustomer(runtime);
    const before = await customerRows(runtime);
    const input = { address: ADDRESS, [field]: runtime.ids.uuid(runtime.clock.now()) };
    expect((await refusalOf(api.createAddress(input))).code).toBe('invalid_input');
    expect(await customerRows(runtime)).toEqual(before);
  });
});
