import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedStore } from '../../../testing/catalog-factories.ts';
import { apiAs, customerRows, newAdministrator, newCustomer, refusalOf } from '../../../testing/customer-calls.ts';
import { customer, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

describe('a profile', () => {
  test('of a new account says nothing but its address, and agrees to no marketing', async () => {
    const { id, email, api } = await newCustomer(runtime);
    runtime.takeStatements();
    const profile = await api.profile();
    expect(runtime.takeStatements()).toHaveLength(1);
    const at = runtime.clock.now();
    expect(profile).toEqual({
      id,
      email,
      emailVerified: true,
      name: null,
      phone: null,
      locale: null,
      currency: null,
      marketing: { email: false, sms: false, phone: false, post: false },
      version: 1,
      createdAt: at,
      updatedAt: at,
    });
  });

  test('is changed by what is given, and keeps the rest', async () => {
    const { api } = await newCustomer(runtime);
    const first = await api.updateProfile({
      name: 'Ada',
      phone: '+49 (170) 123-45.67',
      locale: 'de-at',
      currency: 'EUR',
    });
    expect(first).toMatchObject({ name: 'Ada', phone: '+491701234567', locale: 'de-AT', currency: 'EUR', version: 2 });
    runtime.clock.advance(60);
    const { api: later } = { api: apiAs(runtime, customer(first.id)) };
    const second = await later.updateProfile({ name: null, locale: 'ZH-hant-tw' });
    expect(second).toEqual({ ...first, name: null, locale: 'zh-Hant-TW', version: 3, updatedAt: runtime.clock.now() });
    expect(await later.profile()).toEqual(second);
  });

  test('that is sent as it is stays as it is, version and all', async () => {
    const { api } = await newCustomer(runtime);
    const first = await api.updateProfile({ name: 'Ada' });
    expect(await api.updateProfile({ name: 'Ada', phone: null })).toEqual(first);
    expect(await api.updateProfile({})).toEqual(first);
  });

  test('is the last writer’s without a version; with a stale one it is left alone', async () => {
    const { api } = await newCustomer(runtime);
    const { version } = await api.updateProfile({ name: 'First' });
    await api.updateProfile({ name: 'Second' });
    const before = await customerRows(runtime);
    const refusal = { code: 'version_conflict', details: { version: 3, current: { name: 'Second', version: 3 } } };
    expect(await refusalOf(api.updateProfile({ name: 'Third', version }))).toMatchObject(refusal);
    expect(await customerRows(runtime)).toEqual(before);
    expect(await api.updateProfile({ name: 'Third', version: 3 })).toMatchObject({ name: 'Third', version: 4 });
  });

  test.each([
    ['a currency that the store does not have', { currency: 'JPY', name: 'x' }, 'currency_unknown'],
    ['letters for a phone', { phone: 'call me' }, 'invalid_input'],
    ['too few digits for a phone', { phone: '+1-2 (3)' }, 'invalid_input'],
    ['too many digits for a phone', { phone: '+1234567890123456' }, 'invalid_input'],
    ['a locale that is none', { locale: 'x-y-z-1' }, 'invalid_input'],
    ['another account’s id', { id: '019ca945-0a00-7963-a609-3eca1e53c73d' }, 'invalid_input'],
    ['an address', { email: 'eve@example.com' }, 'invalid_input'],
    ['a role', { roles: ['administrator'] }, 'invalid_input'],
  ])('is not changed by %s', async (_name, change, code) => {
    const { api } = await newCustomer(runtime);
    const before = await customerRows(runtime);
    expect((await refusalOf(api.updateProfile(change as never))).code).toBe(code);
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('belongs to staff too', async () => {
    const { api } = await newAdministrator(runtime);
    expect(await api.updateProfile({ name: 'Grace' })).toMatchObject({ name: 'Grace' });
  });

  test('is not changed by somebody whose account is gone or was just switched off', async () => {
    const { id, api } = await newCustomer(runtime);
    const gone = apiAs(runtime, customer(runtime.ids.uuid(runtime.clock.now())));
    expect(await refusalOf(gone.profile())).toEqual({ code: 'unauthenticated' });
    const admin = await newAdministrator(runtime);
    await admin.api.disable({ customerId: id });
    const before = await customerRows(runtime);
    for (const each of [gone, api]) {
      expect(await refusalOf(each.updateProfile({ name: 'x' }))).toEqual({ code: 'unauthenticated' });
    }
    expect(await customerRows(runtime)).toEqual(before);
  });
});
