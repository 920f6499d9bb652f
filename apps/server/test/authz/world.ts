import { type Actor, appRouter, type Permission, permissions } from '@cartwright/api';
import { administrator, customer, makeCtx, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import {
  insertTestRole,
  openAccount,
  openSessionOf,
  patientPasswords,
  type TestAccount,
} from '@cartwright/api/testing/accounts';
import { createTestProduct } from '@cartwright/api/testing/catalog-factories';
import { checkoutInput, openShop, type Shop } from '@cartwright/api/testing/shop';
import { querySql } from '@cartwright/db/testing';
import type { Holder, Principal, Thing } from './rules.ts';

/** What every world of a run shares: the store and what it sells. Nothing here is anybody's. */
export interface Ground {
  runtime: TestRuntime;
  shop: Shop;
  product: { id: string; slug: string; variantId: string };
  /** A fingerprint of every table's rows. */
  snapshot(): Promise<Map<string, string>>;
}

/** Every procedure as a function, by router. */
export type Caller = ReturnType<typeof appRouter.createCaller>;

/**
 * One set of people and their things, all made when they are first asked for. Calls that are refused or only read share
 * one; a call that may change something gets a world of its own, so that no cell of the table depends on another.
 */
export interface World extends Ground {
  /** A text that was never used: for names, addresses and SKUs that must be new. */
  unique(prefix?: string): string;
  account(name: 'owner' | 'other' | 'administrator'): Promise<TestAccount>;
  /** Calls procedures as one of them, without HTTP: for making what a row needs. */
  as(name: 'owner' | 'other' | 'administrator'): Promise<Caller>;
  /** Of the owner's account, or a guest's. */
  cart(of: Holder): Promise<Thing & { itemId: string }>;
  order(of: Holder): Promise<Thing>;
  /** Makes something once in this world, however often it is asked for. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** The headers of a caller; `permission` is what staff have or lack. */
  headersOf(who: Principal, permission: Permission): Promise<Record<string, string>>;
}

/** A shop with a database of its own, one product in plenty, and two roles a permission: it alone, all but it. */
export async function openGround(): Promise<Ground> {
  const off = ['READ_PER_10S', 'CART_PER_10S', 'ADMIN_PER_10S', 'AUTH_PER_MINUTE', 'LOGIN_FAILURES_PER_15MIN'];
  const provider = { OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' };
  const env = { ...provider, ...Object.fromEntries(off.map((name) => [`LIMIT_${name}`, '0'])) };
  const runtime = await makeTestRuntime({ env, overrides: { passwords: patientPasswords() } });
  const shop = await openShop(runtime);
  const { id, slug, variants } = await createTestProduct(runtime, { stock: 1_000_000 });
  const product = { id, slug, variantId: variants[0]?.id ?? '' };
  for (const permission of permissions) {
    await insertTestRole(runtime, [permission], only(permission));
    const others = permissions.filter((each) => each !== permission);
    await insertTestRole(runtime, others, allBut(permission));
  }
  return { runtime, shop, product, snapshot: await snapshotter(runtime) };
}

async function snapshotter({ databaseUrl }: TestRuntime): Promise<Ground['snapshot']> {
  const tables = await querySql<{ name: string }>(
    databaseUrl,
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'`,
  );
  const fingerprints = tables.map(
    ({ name }) =>
      `select '${name}' as name, coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as md5 from "${name}" t`,
  );
  return async () => {
    const rows = await querySql<{ name: string; md5: string }>(databaseUrl, fingerprints.join(' union all '));
    return new Map(rows.map(({ name, md5 }) => [name, md5]));
  };
}

const only = (permission: Permission): string => `only-${permission.replace(':', '-')}`;
const allBut = (permission: Permission): string => `all-but-${permission.replace(':', '-')}`;

let drawn = 0;

export function openWorld(ground: Ground): World {
  const { runtime, shop, product } = ground;
  const made = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = (made.get(key) as Promise<T> | undefined) ?? make();
    made.set(key, known);
    return known;
  };
  const account: World['account'] = (name) =>
    once(name, () => openAccount(runtime, { roleNames: name === 'administrator' ? ['administrator'] : [] }));

  const as: World['as'] = async (name) => {
    const { id, sessionId } = await account(name);
    return callerOf(runtime, name === 'administrator' ? administrator(id, sessionId) : customer(id, sessionId));
  };
  const newCart = async (of: Holder) => {
    const items = [{ variantId: product.variantId, quantity: 1 }];
    const caller = of === 'owner' ? await as('owner') : callerOf(runtime);
    const { id, token, items: lines } = await caller.cart.create({ currency: 'EUR', items });
    return { id, itemId: lines[0]?.id ?? '', opensWith: capability('cart-token', token) };
  };
  const newOrder = async (of: Holder): Promise<Thing> => {
    const cart = await newCart(of);
    const cartToken = cart.opensWith['cart-token'];
    const caller = of === 'owner' ? await as('owner') : callerOf(runtime, { kind: 'guest' }, cartToken);
    const { order, orderToken } = await caller.checkout.place(checkoutInput(shop, cart));
    return { id: order.id, opensWith: capability('order-token', of === 'owner' ? null : orderToken) };
  };

  const newKey = async (granted: readonly Permission[]) => {
    const { key, apiKey } = await (await as('administrator')).access.createApiKey({
      name: 'Test',
      permissions: [...granted],
    });
    // So that its use is not noted while others look at what has changed.
    const used = 'update api_keys set last_used_at = $1 where id = $2';
    await querySql(runtime.databaseUrl, used, [runtime.clock.now(), apiKey.id]);
    return { apiKeyId: apiKey.id, accessToken: key };
  };
  const bearer = (session: Pick<TestAccount, 'accessToken'>) => ({ authorization: `Bearer ${session.accessToken}` });
  const staff = (roleName: string, provenSecondsAgo = 0) =>
    once(`${roleName} ${provenSecondsAgo}`, () => openAccount(runtime, { roleNames: [roleName], provenSecondsAgo }));
  const headersOf: World['headersOf'] = async (who, permission) => {
    switch (who) {
      case 'anonymous':
        return {};
      case 'guest token': {
        // Of another guest's things; a row's own thing brings the token that opens it.
        const another = () => Promise.all([newCart('guest'), newOrder('guest')]);
        const [cart, order] = await once('another guest', another);
        return { ...cart.opensWith, ...order.opensWith };
      }
      case 'other customer':
        return bearer(await account('other'));
      case 'owner':
        return bearer(await account('owner'));
      case 'stale owner':
        return bearer(await once(who, () => staleSession(runtime, account('owner'))));
      case 'disabled customer':
        return bearer(await once(who, () => disabledAccount(runtime)));
      case 'staff without':
        return bearer(await staff(allBut(permission)));
      case 'staff with':
        return bearer(await staff(only(permission)));
      case 'stale staff with':
        return bearer(await staff(only(permission), HOUR_SECONDS));
      case 'administrator':
        return bearer(await account('administrator'));
      case 'impersonation':
        return bearer(await once(who, () => impersonation(runtime, account('owner'), account('administrator'))));
      case 'API key with':
        return bearer(await once(`${who} ${permission}`, () => newKey([permission])));
      case 'API key without': {
        const others = permissions.filter((each) => each !== permission);
        return bearer(await once(`${who} ${permission}`, () => newKey(others)));
      }
      case 'revoked API key': {
        const { apiKeyId, ...key } = await once(who, () => newKey(permissions));
        await once('revocation', async () => (await as('administrator')).access.revokeApiKey({ apiKeyId }));
        return bearer(key);
      }
    }
  };
  return {
    ...ground,
    once,
    account,
    as,
    headersOf,
    unique: (prefix = 'x') => `${prefix}-${++drawn}`,
    cart: (of) => once(`cart of ${of}`, () => newCart(of)),
    order: (of) => once(`order of ${of}`, () => newOrder(of)),
  };
}

const HOUR_SECONDS = 3600;

function capability(header: 'cart-token' | 'order-token', token: string | null): Record<string, string> {
  return token === null ? {} : { [header]: token };
}

function callerOf(runtime: TestRuntime, actor: Actor = { kind: 'guest' }, cartToken?: string): Caller {
  return appRouter.createCaller(makeCtx(runtime, { actor, cartToken }));
}

async function staleSession(runtime: TestRuntime, owner: Promise<TestAccount>) {
  return openSessionOf(runtime, { userId: (await owner).id, provenSecondsAgo: HOUR_SECONDS });
}

async function disabledAccount(runtime: TestRuntime): Promise<TestAccount> {
  const account = await openAccount(runtime);
  await querySql(runtime.databaseUrl, `update users set status = 'disabled' where id = $1`, [account.id]);
  return account;
}

async function impersonation(runtime: TestRuntime, owner: Promise<TestAccount>, staff: Promise<TestAccount>) {
  return openSessionOf(runtime, { userId: (await owner).id, impersonator: await staff });
}
