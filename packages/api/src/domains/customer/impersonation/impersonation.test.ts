import { querySql } from '@cartwright/db/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runJobs } from '../../../jobs/run-jobs.ts';
import type { Actor } from '../../../kit/actor.ts';
import { appRouter } from '../../../root.ts';
import { openAccount, type TestAccount } from '../../../testing/accounts.ts';
import {
  apiAs,
  type CustomerApi,
  customerRows,
  firstRefreshToken,
  newCustomer,
  otherProcess,
  refusalOf,
} from '../../../testing/customer-calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { ADDRESS, checkoutInput, openShop, type Shop, stockProduct } from '../../../testing/shop.ts';

const REASON = 'They cannot find their order.';

let runtime: TestRuntime;
let shop: Shop;
/** Another process on the same database. */
let other: ReturnType<typeof otherProcess>;
let staff: TestAccount;
let ada: Awaited<ReturnType<typeof newCustomer>>;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
  other = otherProcess(runtime);
  await querySql(
    runtime.databaseUrl,
    `insert into roles (name, permissions, created_at, updated_at)
     values ('support', '{customers:impersonate,customers:read}', now(), now())`,
  );
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  staff = await openAccount(runtime, { roleNames: ['support'] });
  ada = await newCustomer(runtime);
});

async function actorOf(accessToken: string): Promise<Actor> {
  const actor = await runtime.accessTokens.verify(accessToken);
  if (!actor) throw new Error('The token is not valid');
  return actor;
}

/** The procedures as the holder of a token calls them. */
const apiOf = async (accessToken: string): Promise<CustomerApi> => apiAs(runtime, await actorOf(accessToken));

const callerOf = async (accessToken: string) =>
  appRouter.createCaller(makeCtx(runtime, { actor: await actorOf(accessToken) }));
const logOut = async (accessToken: string) => (await callerOf(accessToken)).auth.logout();

async function impersonate(customerId = ada.id, by = staff) {
  return (await apiOf(by.accessToken)).impersonate({ customerId, reason: REASON });
}

/** Whether the token is accepted in another process, five seconds after whatever has happened. */
async function livesElsewhere(accessToken: string): Promise<boolean> {
  runtime.clock.advance(5);
  return (await other.verify(accessToken)) !== undefined;
}

async function closeAll(): Promise<void> {
  expect(
    await runJobs(runtime, 'impersonations.close', [{ id: runtime.ids.uuid(runtime.clock.now()), data: {} }]),
  ).toEqual([]);
}

const auditOf = (customerId: string) =>
  querySql(
    runtime.databaseUrl,
    `select action, actor, detail, at from audit_log where target = $1 and action like '%impersonation%' order by id`,
    [`user:${customerId}`],
  );

describe('an impersonation', () => {
  test('is a token of five minutes that names the customer and the member of staff', async () => {
    const started = await impersonate();
    const now = runtime.clock.now();
    const endsAt = new Date(now.getTime() + 900_000);
    expect(started).toEqual({ customerId: ada.id, accessToken: expect.any(String), expiresIn: 300, endsAt });
    const seconds = now.getTime() / 1000;
    expect(decodeJwt(started.accessToken)).toMatchObject({
      sub: ada.id,
      act: { sub: staff.id },
      roles: ['customer'],
      iat: seconds,
      exp: seconds + 300,
    });
    const actor = { kind: 'impersonation', userId: ada.id, staffId: staff.id, sessionId: expect.any(String) };
    expect(await actorOf(started.accessToken)).toEqual(actor);
    expect(await other.verify(started.accessToken)).toEqual(actor);
  });

  test('reads what the customer can read', async () => {
    const { variantId } = await stockProduct(runtime);
    const own = await callerOf(ada.accessToken);
    const cart = await own.cart.create({ currency: 'EUR', items: [{ variantId, quantity: 1 }] });
    const { order } = await own.checkout.place(checkoutInput(shop, cart));
    const open = await own.cart.create({ currency: 'EUR', items: [{ variantId, quantity: 2 }] });
    await own.customer.createAddress({ address: ADDRESS });
    const { accessToken } = await impersonate();
    const seen = await callerOf(accessToken);
    expect(await seen.auth.me()).toEqual(await own.auth.me());
    expect(await seen.cart.get({ cartId: open.id })).toEqual(await own.cart.get({ cartId: open.id }));
    expect((await seen.order.list({})).items.map(({ id }) => id)).toEqual([order.id]);
    expect(await seen.customer.addresses()).toEqual(await own.customer.addresses());
  });

  test('has no permission of the member of staff, and no step-up', async () => {
    const { accessToken } = await impersonate();
    const api = await apiOf(accessToken);
    expect(await refusalOf(api.adminList({}))).toEqual({ code: 'forbidden' });
    expect(await refusalOf(api.impersonate({ customerId: ada.id, reason: REASON }))).toEqual({
      code: 'impersonation_read_only',
    });
  });

  test('is noted at its start with the reason, and at its end', async () => {
    const startedAt = runtime.clock.now();
    const { accessToken, endsAt } = await impersonate();
    runtime.clock.advance(60);
    await (await apiOf(accessToken)).endImpersonation();
    const [{ id = '' } = {}] = await querySql<{ id: string }>(
      runtime.databaseUrl,
      'select id from impersonations where customer_id = $1',
      [ada.id],
    );
    expect(await auditOf(ada.id)).toEqual([
      {
        action: 'customer.impersonation_started',
        actor: { kind: 'staff', userId: staff.id },
        detail: { impersonationId: id, reason: REASON, endsAt: endsAt.toISOString() },
        at: startedAt,
      },
      {
        action: 'customer.impersonation_ended',
        actor: { kind: 'impersonation', userId: staff.id },
        detail: { impersonationId: id, staffId: staff.id, how: 'ended', endedAt: runtime.clock.now().toISOString() },
        at: runtime.clock.now(),
      },
    ]);
    await closeAll();
    expect(await auditOf(ada.id)).toHaveLength(2);
  });

  test('is renewed until its quarter of an hour is over, and no longer', async () => {
    const started = await impersonate();
    let { accessToken } = started;
    const lives: number[] = [];
    for (const wait of [240, 240, 240, 120]) {
      runtime.clock.advance(wait);
      const next = await (await apiOf(accessToken)).renewImpersonation();
      expect([next.customerId, next.endsAt]).toEqual([ada.id, started.endsAt]);
      expect(decodeJwt(next.accessToken)).toMatchObject({ sub: ada.id, act: { sub: staff.id } });
      lives.push(next.expiresIn);
      ({ accessToken } = next);
    }
    expect(lives).toEqual([300, 300, 180, 60]);
    runtime.clock.advance(59);
    expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();
    runtime.clock.advance(1);
    expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
    await closeAll();
    expect((await auditOf(ada.id)).at(-1)).toMatchObject({
      actor: { kind: 'job', name: 'impersonations.close' },
      detail: { staffId: staff.id, how: 'expired', endedAt: started.endsAt.toISOString() },
    });
  });

  test('has no refresh token, whatever is presented as one', async () => {
    const { accessToken } = await impersonate();
    const id = String(decodeJwt(accessToken)['sid']);
    const refresh = appRouter.createCaller(makeCtx(runtime)).auth.refresh;
    const attempt = refresh({ refreshToken: firstRefreshToken(runtime, id) });
    expect(await refusalOf(attempt)).toEqual({ code: 'refresh_token_invalid' });
    expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();
  });

  test('is one at a time for a member of staff: the next one ends it', async () => {
    const eve = await newCustomer(runtime);
    const first = await impersonate();
    expect(await runtime.accessTokens.verify(first.accessToken)).toBeDefined();
    const second = await impersonate(eve.id);
    expect(await runtime.accessTokens.verify(first.accessToken)).toBeUndefined();
    expect(await runtime.accessTokens.verify(second.accessToken)).toBeDefined();
    expect((await auditOf(ada.id)).at(-1)).toMatchObject({ detail: { how: 'replaced' } });
  });

  test('is not renewed or ended by a customer: there is nothing to renew or to end', async () => {
    const { accessToken } = await impersonate();
    const api = await apiOf(ada.accessToken);
    expect(await refusalOf(api.renewImpersonation())).toEqual({ code: 'forbidden' });
    expect(await refusalOf((await apiOf(staff.accessToken)).renewImpersonation())).toEqual({ code: 'forbidden' });
    await api.endImpersonation();
    expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();
  });
});

describe('who is not impersonated', () => {
  test.each([
    ['staff', () => openAccount(runtime, { roleNames: ['support'] }), 'customer_not_found'],
    ['an administrator', () => openAccount(runtime, { roleNames: ['administrator'] }), 'customer_not_found'],
    ['the member of staff', async () => staff, 'customer_not_found'],
    ['nobody', async () => ({ id: '00000000-0000-0000-0000-000000000000' }), 'customer_not_found'],
    ['a disabled customer', () => switchedOff('disabled'), 'customer_disabled'],
    ['an erased one', () => switchedOff('erased'), 'customer_not_found'],
  ])('%s', async (_name, account, code) => {
    const { id } = await account();
    const before = await customerRows(runtime);
    expect(await refusalOf(impersonate(id))).toEqual({ code });
    expect(await customerRows(runtime)).toEqual(before);
  });

  async function switchedOff(status: string): Promise<TestAccount> {
    const account = await openAccount(runtime);
    await querySql(runtime.databaseUrl, 'update users set status = $1 where id = $2', [status, account.id]);
    return account;
  }

  test.each(['', '  ', 'x', 'x'.repeat(501)])('anybody without a reason: "%s"', async (reason) => {
    const api = await apiOf(staff.accessToken);
    const before = await customerRows(runtime);
    const attempt = api.impersonate({ customerId: ada.id, reason });
    expect((await refusalOf(attempt)).code).toBe('invalid_input');
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('anybody by a program, whatever its key may do', async () => {
    const permissions = ['customers:impersonate'] as const;
    const api = apiAs(runtime, { kind: 'apiKey', keyId: 'k', userId: staff.id, permissions });
    const before = await customerRows(runtime);
    expect(await refusalOf(api.impersonate({ customerId: ada.id, reason: REASON }))).toEqual({ code: 'forbidden' });
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('anybody in a session that has just ended', async () => {
    const api = await apiOf(staff.accessToken);
    await querySql(runtime.databaseUrl, 'delete from sessions where user_id = $1', [staff.id]);
    const before = await customerRows(runtime);
    const attempt = api.impersonate({ customerId: ada.id, reason: REASON });
    expect(await refusalOf(attempt)).toEqual({ code: 'unauthenticated' });
    expect(await customerRows(runtime)).toEqual(before);
  });
});

describe('an impersonation is over within five seconds everywhere when', () => {
  const sql = (text: string, ...values: unknown[]) => querySql(runtime.databaseUrl, text, values);
  const admin = async () => apiOf((await openAccount(runtime, { roleNames: ['administrator'] })).accessToken);

  test.each<[string, (token: string) => Promise<unknown>]>([
    ['it is ended with its own token', async (token) => (await apiOf(token)).endImpersonation()],
    ['it is ended by the member of staff', async () => (await apiOf(staff.accessToken)).endImpersonation()],
    ['it is logged out of', async (token) => logOut(token)],
    ['the member of staff logs out', async () => logOut(staff.accessToken)],
    ['the member of staff logs out everywhere', async () => everywhere(staff)],
    ['the member of staff is disabled', () => sql(`update users set status = 'disabled' where id = $1`, staff.id)],
    ['the member of staff has the role no more', () => sql('delete from user_roles where user_id = $1', staff.id)],
    ['the role loses the permission', () => setSupport('{customers:read}')],
    ['the account of the member of staff goes', () => sql('delete from users where id = $1', staff.id)],
    ['the customer is disabled', async () => (await admin()).disable({ customerId: ada.id })],
    ['the customer logs out everywhere', () => everywhere(ada)],
    ['the customer becomes staff', () => sql(`insert into user_roles values ($1, 'support', now())`, ada.id)],
    ['the customer is erased', () => sql(`update users set status = 'erased' where id = $1`, ada.id)],
  ])('%s', async (_name, end) => {
    const { accessToken } = await impersonate();
    expect(await other.verify(accessToken)).toMatchObject({ kind: 'impersonation' });
    try {
      await end(accessToken);
      expect(await livesElsewhere(accessToken)).toBe(false);
      expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
    } finally {
      await setSupport('{customers:impersonate,customers:read}');
    }
  });

  const setSupport = (granted: string) => sql(`update roles set permissions = $1 where name = 'support'`, granted);
  const everywhere = async ({ accessToken }: { accessToken: string }) =>
    (await callerOf(accessToken)).auth.logoutEverywhere();

  test('nothing of that happens: it lives', async () => {
    const { accessToken } = await impersonate();
    const another = await openAccount(runtime);
    await everywhere(another);
    expect(await livesElsewhere(accessToken)).toBe(true);
  });

  test('its end is noted by the worker when nobody noted it before', async () => {
    await impersonate();
    await logOut(staff.accessToken);
    await closeAll();
    await closeAll();
    expect(await auditOf(ada.id)).toMatchObject([
      { action: 'customer.impersonation_started' },
      { action: 'customer.impersonation_ended', detail: { how: 'revoked' } },
    ]);
  });
});

describe('a token whose parts do not fit', () => {
  test.each<[string, (sid: string) => object]>([
    ['names another member of staff', () => ({ impersonatorId: ada.id })],
    ['names no member of staff', () => ({})],
  ])('because it %s is refused', async (_name, claims) => {
    const { accessToken } = await impersonate();
    const sessionId = String(decodeJwt(accessToken)['sid']);
    const common = { userId: ada.id, sessionId, authenticatedAt: runtime.clock.now(), roles: ['customer'] };
    const forged = await runtime.accessTokens.sign({ ...common, ...claims(sessionId) });
    expect(await runtime.accessTokens.verify(forged.accessToken)).toBeUndefined();
    expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();
  });

  test('because it names somebody who acts in a session of the customer’s own is refused', async () => {
    const { sessionId } = ada;
    const common = { userId: ada.id, sessionId, authenticatedAt: runtime.clock.now(), roles: ['customer'] };
    const { accessToken } = await runtime.accessTokens.sign({ ...common, impersonatorId: staff.id });
    expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
  });
});

describe('looking on changes nothing', () => {
  interface Definition {
    type: string;
    meta: { access: unknown; whileImpersonating?: boolean };
  }
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Definition }>).map(
    ([path, { _def }]) => [path, _def] as const,
  );
  type Routers = Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
  async function call(caller: object, path: string, input: unknown): Promise<unknown> {
    const [router = '', name = ''] = path.split('.');
    return (caller as Routers)[router]?.[name]?.(input);
  }

  test('every mutation there is refuses it, whatever it is sent; only its own end and renewal and a log-out are open', async () => {
    const { accessToken } = await impersonate();
    const caller = await callerOf(accessToken);
    const mutations = procedures.filter(([, { type }]) => type !== 'query');
    const before = await customerRows(runtime);
    const open: string[] = [];
    for (const [path, { meta }] of mutations) {
      if (meta.whileImpersonating) open.push(path);
      else expect([path, await refusalOf(call(caller, path, {}))]).toEqual([path, { code: 'impersonation_read_only' }]);
    }
    expect(mutations.length).toBeGreaterThan(30);
    expect(open.sort()).toEqual(['auth.logout', 'customer.endImpersonation', 'customer.renewImpersonation']);
    expect(await customerRows(runtime)).toEqual(before);
  });

  test('what it reads is read without a single write', async () => {
    const { variantId } = await stockProduct(runtime);
    const own = await callerOf(ada.accessToken);
    const cart = await own.cart.create({ currency: 'EUR', items: [{ variantId, quantity: 1 }] });
    const { order } = await own.checkout.place(
      checkoutInput(shop, await own.cart.create({ currency: 'EUR', items: [{ variantId, quantity: 1 }] })),
    );
    // A price that has moved since the customer saw it stays unseen.
    await querySql(runtime.databaseUrl, 'update prices set amount_minor = amount_minor + 1 where variant_id = $1', [
      variantId,
    ]);
    const { accessToken } = await impersonate();
    const caller = await callerOf(accessToken);
    const inputs: Record<string, object> = {
      'cart.get': { cartId: cart.id },
      'order.get': { orderId: order.id },
      'shipping.methods': { cartId: cart.id, country: 'DE' },
      'catalog.product': { slug: 'no-such' },
    };
    const readable = procedures.filter(([, { type, meta }]) => type === 'query' && typeof meta.access === 'string');
    runtime.takeStatements();
    for (const [path] of readable) await call(caller, path, inputs[path] ?? {}).catch(() => undefined);
    const statements = runtime.takeStatements();
    expect(statements.length).toBeGreaterThanOrEqual(10);
    expect(statements.filter((text) => /\b(insert|update|delete|for update|for share|nextval)\b/i.test(text))).toEqual(
      [],
    );
    const [line] = (await own.cart.get({ cartId: cart.id })).items;
    expect(line?.problems).toMatchObject([{ code: 'price_changed' }]);
  });
});
