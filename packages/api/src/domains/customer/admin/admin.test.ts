import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccount } from '../../../testing/accounts.ts';
import { createCart, placeOrder } from '../../../testing/calls.ts';
import {
  apiAs,
  type CustomerApi,
  customerRows,
  newAdministrator,
  newCustomer,
  otherProcess,
  refusalOf,
} from '../../../testing/customer-calls.ts';
import { customer, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { ADDRESS, checkoutInput, openShop, type Shop, stockProduct } from '../../../testing/shop.ts';

let runtime: TestRuntime;
let shop: Shop;
let admin: Awaited<ReturnType<typeof newAdministrator>>;
let api: CustomerApi;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
  admin = await newAdministrator(runtime);
  api = admin.api;
});
afterAll(() => runtime.dispose());

const auditOf = (userId: string) =>
  querySql(runtime.databaseUrl, 'select action, actor, detail from audit_log where target = $1 order by id', [
    `user:${userId}`,
  ]);
const by = () => ({ kind: 'staff', userId: admin.id });

async function buy(userId: string, currency: string, variantId: string): Promise<string> {
  const ctx = makeCtx(runtime, { actor: customer(userId) });
  const cart = await createCart(ctx, { currency, items: [{ variantId, quantity: 2 }] });
  return (await placeOrder(ctx, checkoutInput(shop, cart))).order.id;
}

describe('a customer as staff see them', () => {
  test('has groups, addresses, consents, and what was bought in each currency, in one statement', async () => {
    const ada = await newCustomer(runtime);
    const { variantId } = await stockProduct(runtime, { eur: 1000, usd: 2000 });
    await ada.api.updateProfile({ name: 'Ada', phone: '+49 170 1', locale: 'de', currency: 'EUR' });
    const address = await ada.api.createAddress({ address: ADDRESS });
    await ada.api.setConsent({ channel: 'sms', granted: true, textVersion: 't1' });
    await api.createGroup({ code: 'shown', name: 'Shown' });
    await api.addToGroup({ code: 'shown', customerId: ada.id });
    await buy(ada.id, 'EUR', variantId);
    await buy(ada.id, 'EUR', variantId);
    await buy(ada.id, 'USD', variantId);
    const cancelled = await buy(ada.id, 'EUR', variantId);
    await querySql(runtime.databaseUrl, `update orders set status = 'cancelled' where id = $1`, [cancelled]);

    runtime.takeStatements();
    const shown = await api.adminGet({ customerId: ada.id });
    expect(runtime.takeStatements()).toHaveLength(1);
    const at = runtime.clock.now();
    const nothing = { granted: false, source: null, textVersion: null, at: null };
    expect(shown).toEqual({
      id: ada.id,
      email: ada.email,
      emailVerified: true,
      name: 'Ada',
      phone: '+491701',
      locale: 'de',
      currency: 'EUR',
      status: 'active',
      groups: [{ code: 'shown', name: 'Shown' }],
      addresses: [address],
      consents: [
        { channel: 'email', ...nothing },
        { channel: 'sms', granted: true, source: 'account', textVersion: 't1', at },
        { channel: 'phone', ...nothing },
        { channel: 'post', ...nothing },
      ],
      orders: [
        { count: 2, total: { amount: 4980, currency: 'EUR' } },
        { count: 1, total: { amount: shown.orders[1]?.total.amount, currency: 'USD' } },
      ],
      lastOrderAt: at,
      version: 2,
      createdAt: at,
      updatedAt: at,
    });
    expect(shown.orders[1]?.total.amount).toBeGreaterThan(4000);
  });

  test('is not there when they have a staff role, were erased, or never were: the same refusal for every procedure', async () => {
    const colleague = await openAccount(runtime, { roleNames: ['administrator'] });
    const gone = await openAccount(runtime);
    await querySql(runtime.databaseUrl, `update users set status = 'erased' where id = $1`, [gone.id]);
    await api.createGroup({ code: 'nobody', name: 'Nobody' });
    const before = await customerRows(runtime);
    for (const customerId of [colleague.id, gone.id, admin.id, '00000000-0000-0000-0000-000000000000']) {
      const attempts = [
        api.adminGet({ customerId }),
        api.adminUpdate({ customerId, name: 'Eve' }),
        api.adminConsentHistory({ customerId }),
        api.adminSetConsent({ customerId, channel: 'email', granted: false }),
        api.disable({ customerId }),
        api.enable({ customerId }),
        api.impersonate({ customerId, reason: 'to see' }),
        api.addToGroup({ code: 'nobody', customerId }),
        api.removeFromGroup({ code: 'nobody', customerId }),
      ];
      const refusals = await Promise.all(attempts.map(refusalOf));
      expect(refusals).toEqual(Array(9).fill({ code: 'customer_not_found' }));
    }
    expect(await customerRows(runtime)).toEqual(before);
  });
});

describe('making a customer', () => {
  test('makes an account without a password, in the groups that are named, and notes it', async () => {
    await api.createGroup({ code: 'new', name: 'New' });
    const input = { email: ' New@Example.com ', name: 'Neu', phone: '030 1234', locale: 'de', currency: 'EUR' };
    const made = await api.adminCreate({ ...input, groups: ['new', 'new'] });
    expect(made).toMatchObject({
      email: 'new@example.com',
      emailVerified: false,
      name: 'Neu',
      phone: '0301234',
      locale: 'de',
      currency: 'EUR',
      status: 'active',
      groups: [{ code: 'new', name: 'New' }],
      orders: [],
      lastOrderAt: null,
    });
    const [row] = await querySql(runtime.databaseUrl, 'select password_hash from users where id = $1', [made.id]);
    expect(row).toEqual({ password_hash: null });
    expect(await auditOf(made.id)).toEqual([
      { action: 'customer.created', actor: by(), detail: {} },
      { action: 'customer.group_joined', actor: by(), detail: { group: 'new' } },
    ]);
  });

  test.each([
    ['an address that has an account', async () => ({ email: (await openAccount(runtime)).email }), 'customer_exists'],
    ['the address of a colleague', async () => ({ email: admin.email }), 'customer_exists'],
    ['a currency of no store', async () => ({ email: 'c@example.com', currency: 'JPY' }), 'currency_unknown'],
    [
      'a group that is not there',
      async () => ({ email: 'g@example.com', groups: ['gone'] }),
      'customer_group_not_found',
    ],
    ['no address', async () => ({ email: 'nobody' }), 'invalid_input'],
    ['a role', async () => ({ email: 'r@example.com', roles: ['administrator'] }), 'invalid_input'],
    ['a password', async () => ({ email: 'p@example.com', password: 'x'.repeat(12) }), 'invalid_input'],
  ])('refuses %s and makes nothing', async (_name, input, code) => {
    const given = await input();
    const before = await customerRows(runtime);
    expect((await refusalOf(api.adminCreate(given))).code).toBe(code);
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('twenty at once of one address make one account', async () => {
    const attempts = Array.from({ length: 20 }, () => api.adminCreate({ email: 'once@example.com' }));
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('changing a customer', () => {
  test('changes what is given and notes which fields, not what they say', async () => {
    const ada = await newCustomer(runtime);
    const changed = await api.adminUpdate({ customerId: ada.id, name: 'Ada L.', phone: '1234', version: 1 });
    expect(changed).toMatchObject({ name: 'Ada L.', phone: '1234', version: 2 });
    await api.adminUpdate({ customerId: ada.id, name: 'Ada L.' });
    expect(await auditOf(ada.id)).toEqual([
      { action: 'customer.updated', actor: by(), detail: { fields: ['name', 'phone'] } },
    ]);
    expect(await ada.api.profile()).toMatchObject({ name: 'Ada L.', phone: '1234' });
  });

  test('refuses a stale version and what is not theirs to change, and changes nothing', async () => {
    const { id: customerId } = await newCustomer(runtime);
    const before = await customerRows(runtime);
    const stale = api.adminUpdate({ customerId, name: 'x', version: 7 });
    expect(await refusalOf(stale)).toMatchObject({ code: 'version_conflict', details: { version: 1 } });
    for (const extra of [{ email: 'x@example.com' }, { status: 'disabled' }, { emailVerified: true }]) {
      expect((await refusalOf(api.adminUpdate({ customerId, ...extra } as never))).code).toBe('invalid_input');
    }
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('and the customer’s own change at once keep both, or one of a field', async () => {
    const ada = await newCustomer(runtime);
    await Promise.all([
      api.adminUpdate({ customerId: ada.id, name: 'By staff' }),
      ada.api.updateProfile({ phone: '4711' }),
    ]);
    expect(await ada.api.profile()).toMatchObject({ name: 'By staff', phone: '4711', version: 3 });
  });
});

describe('disabling a customer', () => {
  test('ends their sessions within five seconds in every process, until they are enabled and log in again', async () => {
    const ada = await newCustomer(runtime);
    const other = otherProcess(runtime);
    expect(await other.verify(ada.accessToken)).toMatchObject({ kind: 'customer' });
    expect(await runtime.accessTokens.verify(ada.accessToken)).toMatchObject({ kind: 'customer' });
    expect(await api.disable({ customerId: ada.id })).toMatchObject({ id: ada.id, status: 'disabled' });
    expect(await runtime.accessTokens.verify(ada.accessToken)).toBeUndefined();
    runtime.clock.advance(5);
    expect(await other.verify(ada.accessToken)).toBeUndefined();
    const sessions = 'select id from sessions where user_id = $1';
    expect(await querySql(runtime.databaseUrl, sessions, [ada.id])).toEqual([]);

    expect(await api.enable({ customerId: ada.id })).toMatchObject({ status: 'active' });
    expect(await runtime.accessTokens.verify(ada.accessToken)).toBeUndefined();
    expect(await auditOf(ada.id)).toMatchObject([{ action: 'user.disabled' }, { action: 'user.enabled' }]);
  });

  test('needs a recent proof of who asks', async () => {
    const ada = await newCustomer(runtime);
    const authenticatedAt = new Date(runtime.clock.now().getTime() - 901_000);
    const actor = { kind: 'staff', userId: admin.id, sessionId: admin.sessionId, authenticatedAt } as const;
    const late = apiAs(runtime, { ...actor, permissions: ['customers:disable', 'customers:impersonate'] });
    const before = await customerRows(runtime);
    for (const attempt of [
      late.disable({ customerId: ada.id }),
      late.enable({ customerId: ada.id }),
      late.impersonate({ customerId: ada.id, reason: 'to see' }),
    ]) {
      expect(await refusalOf(attempt)).toEqual({ code: 'step_up_required' });
    }
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('does not reach somebody who becomes staff at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await newCustomer(runtime);
      const grant = `insert into user_roles (user_id, role_name, granted_at) values ($1, 'administrator', now())`;
      const [outcome] = await Promise.allSettled([
        api.disable({ customerId: id }),
        querySql(runtime.databaseUrl, grant, [id]),
      ]);
      const [row] = await querySql<{ status: string }>(runtime.databaseUrl, 'select status from users where id = $1', [
        id,
      ]);
      // Refused and untouched, or disabled while still a customer; the role came after.
      expect(row?.status).toBe(outcome.status === 'fulfilled' ? 'disabled' : 'active');
    }
  });
});
