import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import { openAccount } from '../../testing/accounts.ts';
import {
  cancelOrder,
  createCart,
  fulfillOrder,
  getOrder,
  listOrders,
  logIn,
  placeOrder,
  register,
} from '../../testing/calls.ts';
import { administrator, makeCtx } from '../../testing/index.ts';
import { takeMails, tokenIn } from '../../testing/mailbox.ts';
import { ADDRESS, checkoutInput, guestCart, staffCtx, stockProduct } from '../../testing/shop.ts';
import { openStripeShop, type StripeShop } from '../../testing/stripe-shop.ts';
import { doJobs, query } from '../../testing/tell-outbox.ts';
import { deleteAccount } from './erase/delete-account.ts';
import { exportAccount } from './export/export-account.ts';
import { AccountExport } from './export/schema.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestLink } from './request-link.ts';
import { verifyEmail } from './verify-email.ts';

/**
 * Every table that leads to a person, by foreign keys or by what its columns are called: under which key of the export
 * its rows are, or why not; and what erasing does to them. A table that is not here fails the test below.
 */
const TABLES: Record<
  string,
  { exported: keyof AccountExport | { not: string }; erased: 'deleted' | 'emptied' | { kept: string } }
> = {
  users: { exported: 'account', erased: 'emptied' },
  sessions: { exported: 'sessions', erased: 'deleted' },
  identities: { exported: 'identities', erased: 'deleted' },
  one_time_tokens: { exported: 'links', erased: 'deleted' },
  totp_factors: { exported: 'authenticatorAppSince', erased: 'deleted' },
  recovery_codes: { exported: 'recoveryCodesLeft', erased: 'deleted' },
  passkeys: { exported: 'passkeys', erased: 'deleted' },
  webauthn_challenges: { exported: { not: 'random, for minutes' }, erased: { kept: 'random, for minutes' } },
  user_roles: { exported: 'account', erased: 'deleted' },
  api_keys: { exported: 'apiKeys', erased: 'deleted' },
  invitations: { exported: 'invitation', erased: 'deleted' },
  invitation_roles: { exported: 'invitation', erased: 'deleted' },
  customer_addresses: { exported: 'addresses', erased: 'deleted' },
  marketing_consents: { exported: 'consents', erased: 'deleted' },
  customer_group_members: { exported: 'groups', erased: 'deleted' },
  payment_customers: { exported: 'paymentMethods', erased: 'deleted' },
  saved_payment_methods: { exported: 'paymentMethods', erased: 'deleted' },
  impersonations: { exported: 'seenByStaff', erased: { kept: 'ids of who looked at which account, and when' } },
  carts: { exported: 'carts', erased: 'deleted' },
  cart_items: { exported: 'carts', erased: 'deleted' },
  orders: { exported: 'orders', erased: 'emptied' },
  order_items: { exported: 'orders', erased: { kept: 'what was sold, without who bought it' } },
  reviews: { exported: 'reviews', erased: { kept: 'what was published, without who wrote it' } },
  order_sales: { exported: { not: 'whether the order is among the units sold' }, erased: { kept: 'a flag' } },
  order_history: { exported: 'orders', erased: { kept: 'append-only; ids and what staff wrote' } },
  payments: { exported: 'orders', erased: 'emptied' },
  refunds: { exported: 'orders', erased: { kept: 'amounts' } },
  reservations: { exported: { not: 'units of the order' }, erased: { kept: 'units' } },
  fulfillments: { exported: 'orders', erased: { kept: 'a parcel, without where it went' } },
  fulfillment_items: { exported: 'orders', erased: { kept: 'units' } },
  audit_log: { exported: 'audit', erased: { kept: 'append-only; ids, and no names' } },
  erasures: { exported: { not: 'only erased accounts have one' }, erased: { kept: 'says that it was erased' } },
  outbox: { exported: { not: 'ids of what is exported' }, erased: { kept: 'ids' } },
  inbox: { exported: { not: 'the payment provider’s own record' }, erased: 'emptied' },
  import_jobs: { exported: { not: 'what staff did to the catalog' }, erased: { kept: 'the id of who did it' } },
  stock_movements: { exported: { not: 'what staff did to the stock' }, erased: { kept: 'the id of who did it' } },
};

let store: StripeShop;
beforeAll(async () => {
  store = await openStripeShop();
});
afterAll(() => store.dispose());

test('every table that leads to a person is classified', async () => {
  const rows = await query<{ name: string }>(
    store.runtime,
    `with recursive person (id) as (
       select 'users'::regclass::oid
       union
       select conrelid from pg_constraint join person on confrelid = person.id where contype = 'f'
     )
     select relname as name from pg_class where oid in (select id from person)
     union
     select table_name from information_schema.columns where table_schema = 'public'
       and column_name ~ '(email|phone|address|actor|payload|user_id|customer_id)'`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(TABLES).sort());
});

/** In everything that a person can leave behind, so that a search finds it all. */
const CANARY = /canary|2001:db8:ca:7|4930123456/i;
const email = 'canary.mail@example.com';
const address = {
  ...ADDRESS,
  firstName: 'CanaryFirst',
  lastName: 'CanaryLast',
  company: 'CanaryCompany',
  line1: 'CanaryLine1',
  line2: 'CanaryLine2',
  city: 'CanaryCity',
  region: 'CanaryRegion',
  postalCode: '10canary',
  phone: 'CanaryPhone',
};
const billingAddress = { ...address, firstName: 'CanaryBilled', country: 'US' };

const person = (ctx: Partial<Ctx> = {}) =>
  makeCtx(store.runtime, { userAgent: 'CanaryAgent/1.0', clientAddress: '2001:db8:ca:7::1', ...ctx });
const guest = () => makeCtx(store.runtime);

/** Rows of any table of any schema that say something of the person. */
async function canaries(): Promise<string[]> {
  const tables = await query<{ name: string }>(
    store.runtime,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const searches = tables.map(({ name }) => `select '${name}' as name, t::text as row from ${name} t`);
  const rows = await query<{ name: string; row: string }>(store.runtime, searches.join(' union all '));
  return rows.filter(({ row }) => CANARY.test(row)).map(({ name, row }) => `${name} ${row}`);
}

/** Orders as the person or a guest with their address; paid with a card that the provider tells of. */
async function order(ctx: Ctx, as: 'person' | 'guest') {
  const { runtime, shop } = store;
  const { variantId } = await stockProduct(runtime, { eur: 1999 });
  const items = [{ variantId, quantity: 3 }];
  const { cart, ctx: withToken } = await guestCart(runtime, items);
  const own = as === 'person' ? await createCart(ctx, { currency: 'EUR', items }) : cart;
  const payment = { provider: 'stripe', paymentMethodId: 'pm_card_visa' } as const;
  const input = checkoutInput(shop, own, {
    email: email.toUpperCase(),
    shippingAddress: address,
    billingAddress,
    payment,
  });
  const placed = await placeOrder(as === 'person' ? { ...ctx, idempotencyKey: 'CanaryKey' } : withToken, input);
  const [paid] = await query<{ provider_ref: string }>(
    runtime,
    'select provider_ref from payments where order_id = $1',
    [placed.order.id],
  );
  const metadata = { orderId: placed.order.id };
  const charge = { id: 'ch_1', metadata, payment_intent: paid?.provider_ref, billing_details: { name: 'CanaryCard' } };
  await query(
    runtime,
    `insert into inbox (provider, event_id, type, payload, received_at, applied_at)
     values ('stripe', $1, 'charge.succeeded', $2, now(), now())`,
    [runtime.ids.secret(), { data: { object: charge } }],
  );
  await query(runtime, `update payments set payment_method_id = 'pm_canary' where order_id = $1`, [placed.order.id]);
  return placed;
}

/** Somebody who has done all that an account can do. */
async function live() {
  const { runtime } = store;
  await register(person(), { email, password: 'a password in every test', name: 'Canary Name' });
  await verifyEmail(person(), { token: tokenIn(await takeMails(runtime)) });
  const { user, accessToken } = await logIn(person(), { email, password: 'a password in every test' });
  const actor = await runtime.accessTokens.verify(accessToken ?? '');
  const ctx = () => person(actor && { actor });
  const rows: [string, unknown[]][] = [
    [
      `insert into identities (provider, subject, user_id, created_at) values ('google', 'canary-subject', $1, now())`,
      [],
    ],
    [`update identities set email = 'canary.google@example.com' where user_id = $1`, []],
    [
      `insert into totp_factors (user_id, secret_sealed, created_at, confirmed_at, last_step)
       values ($1, 'sealed', now(), now(), 1)`,
      [],
    ],
    [`insert into recovery_codes (user_id, code_hash, created_at) values ($1, repeat('0', 64), now())`, []],
    [
      `insert into passkeys (id, user_id, credential_id, public_key, sign_count, name, backed_up, created_at)
       values (gen_random_uuid(), $1, 'canary-credential', 'key', 0, 'CanaryPasskey', true, now())`,
      [],
    ],
    [`update users set phone = '+4930123456', locale = 'de', currency = 'EUR' where id = $1`, []],
    [
      `insert into customer_addresses (id, user_id, first_name, last_name, line1, city, postal_code, country, phone,
         created_at, updated_at)
       values (gen_random_uuid(), $1, 'CanarySavedFirst', 'CanarySavedLast', 'CanarySavedLine', 'CanarySavedCity', '1',
         'DE', 'CanarySavedPhone', now(), now())`,
      [],
    ],
    [
      `insert into marketing_consents (id, user_id, channel, action, source, text_version, actor, at)
       values (gen_random_uuid(), $1, 'email', 'granted', 'account', 'CanaryText', '{}', now())`,
      [],
    ],
    [`insert into payment_customers values ($1, 'stripe', 'cus_canary', now())`, []],
    [
      // What is left to do for the worker names the method, so it must not look like the person.
      `insert into saved_payment_methods (id, user_id, provider, reference, type, last4, is_default, created_at)
       values (gen_random_uuid(), $1, 'stripe', 'pm_1', 'CanaryCard', '4242', true, now())`,
      [],
    ],
    [
      `insert into impersonations (id, session_id, staff_id, customer_id, started_at, expires_at)
       values (gen_random_uuid(), repeat('0', 64), $1, $1, now(), now() + '15 min')`,
      [],
    ],
    [`insert into user_roles (user_id, role_name, granted_at) values ($1, 'administrator', now())`, []],
    [
      `insert into api_keys (id, user_id, name, prefix, secret_hash, permissions, created_at, expires_at)
       values (gen_random_uuid(), $1, 'CanaryKey', 'cw_00000000', repeat('0', 64), '{orders:read}', now(), now() + '1 day')`,
      [],
    ],
    [
      `insert into invitations (user_id, email, invited_by, link_id, created_at, expires_at)
       values ($1, $2, $1, gen_random_uuid(), now(), now() + '1 day')`,
      [email],
    ],
    [
      `insert into audit_log (id, at, actor, action, target, request_id)
       values (gen_random_uuid(), now(), '{"kind":"staff"}', 'user.edited', 'user:' || $1::text, 'r')`,
      [],
    ],
    [
      `with made as (
         insert into customer_groups (code, name, created_at, updated_at) values ('vip', 'VIP', now(), now())
         returning code
       )
       insert into customer_group_members (group_code, user_id, added_at) select code, $1, now() from made`,
      [],
    ],
    [`insert into invitation_roles (user_id, role_name) values ($1, 'administrator')`, []],
  ];
  for (const [text, values] of rows) await query(runtime, text, [user.id, ...values]);
  const { variantId, productId } = await stockProduct(runtime);
  const { productId: otherId } = await stockProduct(runtime);
  // Others see the one, and nobody the other.
  await query(
    runtime,
    `insert into reviews (id, product_id, user_id, rating, body, display_name, status, moderated_at, created_at, updated_at)
     values (gen_random_uuid(), $2, $1, 5, 'Good', 'CanaryReviewer', 'approved', now(), now(), now()),
       (gen_random_uuid(), $3, $1, 1, 'CanaryText', 'CanaryReviewer', 'pending', null, now(), now())`,
    [user.id, productId, otherId],
  );
  await createCart(ctx(), { currency: 'EUR', items: [{ variantId, quantity: 1 }] });
  await requestEmailChange(ctx(), { email: 'canary.moved@example.com' });
  await requestLink(person(), { email, purpose: 'reset_password' });
  await takeMails(runtime);
  return { userId: user.id, ctx };
}

describe('a person', () => {
  let before: Awaited<ReturnType<typeof getOrder>>;
  let own: Awaited<ReturnType<typeof placeOrder>>;
  let anonymous: Awaited<ReturnType<typeof placeOrder>>;
  let onItsWay: Awaited<ReturnType<typeof placeOrder>>;
  let someone: Awaited<ReturnType<typeof live>>;
  beforeAll(async () => {
    someone = await live();
    own = await order(someone.ctx(), 'person');
    anonymous = await order(guest(), 'guest');
    onItsWay = await order(guest(), 'guest');
    await fulfillOrder(staffCtx(store.runtime), { orderId: own.order.id, carrier: 'DHL', trackingNumber: '00340434' });
    await cancelOrder(staffCtx(store.runtime), { orderId: anonymous.order.id });
    await store.tellOutbox();
    before = await getOrder(makeCtx(store.runtime, { orderToken: own.orderToken }), { orderId: own.order.id });
  });

  test('is given everything that is stored', async () => {
    const exported = AccountExport.parse(await exportAccount(someone.ctx()));
    const text = JSON.stringify(exported);
    const stored = [
      email,
      'Canary Name',
      'CanaryAgent/1.0',
      '2001:db8:ca:7::1',
      'canary-subject',
      'CanaryKey',
      'canary-credential',
      'CanaryReviewer',
    ];
    const parts = [
      ...stored,
      'canary.moved@example.com',
      'canary.google@example.com',
      ...Object.values({ ...address, ...billingAddress }),
    ];
    expect(parts.filter((part) => !text.includes(part))).toEqual([]);
    expect(exported.orders.map(({ id }) => id).sort()).toEqual(
      [own.order.id, anonymous.order.id, onItsWay.order.id].sort(),
    );
    expect(exported.carts).toHaveLength(1);
    expect(exported.links.map(({ purpose }) => purpose).sort()).toEqual([
      'change_email',
      'reset_password',
      'verify_email',
    ]);
    const keys = Object.values(TABLES).flatMap(({ exported: key }) => (typeof key === 'string' ? [key] : []));
    for (const key of keys) expect(exported[key] ?? [], key).not.toEqual([]);
    const secrets = await query<{ secret: string }>(
      store.runtime,
      `select password_hash as secret from users where password_hash is not null
       union all select token_hash from one_time_tokens union all select id from sessions
       union all select secret_hash from api_keys`,
    );
    expect(secrets.filter(({ secret }) => text.includes(secret))).toEqual([]);
  });

  test('is erased from every table, but for the order that is on its way', async () => {
    await openAccount(store.runtime, { roleNames: ['administrator'] });
    expect(await canaries()).not.toEqual([]);
    await deleteAccount(someone.ctx());
    const left = await canaries();
    expect(left.filter((row) => !row.includes(onItsWay.order.id))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
    for (const [table, { erased }] of Object.entries(TABLES)) {
      if (erased !== 'deleted') continue;
      const columns = await query<{ name: string }>(
        store.runtime,
        `select a.attname as name from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and c.conrelid = $1::regclass and c.confrelid = 'users'::regclass`,
        [table],
      );
      for (const { name } of columns) {
        const where = table === 'carts' ? ' and not exists (select from orders where cart_id = t.id)' : '';
        const rows = await query(store.runtime, `select * from ${table} t where ${name} = $1${where}`, [
          someone.userId,
        ]);
        expect(rows, `${table}.${name}`).toEqual([]);
      }
    }
    const scope = `user:${someone.userId}`;
    expect(await query(store.runtime, 'select * from idempotency_keys where scope = $1', [scope])).toEqual([]);
  });

  test('leaves orders with the same amounts, lines and dates, and what tax asks of an address', async () => {
    const after = await getOrder(makeCtx(store.runtime, { orderToken: own.orderToken }), { orderId: own.order.id });
    const erased = { firstName: 'erased', lastName: 'erased', line1: 'erased', city: 'erased', postalCode: '10c' };
    expect(after).toEqual({
      ...before,
      email: `erased-${someone.userId}@erased.invalid`,
      shippingAddress: { ...erased, country: 'DE' },
      billingAddress: { ...erased, country: 'US' },
      updatedAt: after.updatedAt,
    });
  });

  test('leaves a tombstone that nobody can log in to, and an address that can be registered anew', async () => {
    const [row] = await query(store.runtime, 'select * from users where id = $1', [someone.userId]);
    expect(row).toMatchObject({
      email: `erased-${someone.userId}@erased.invalid`,
      name: null,
      password_hash: null,
      email_verified_at: null,
      status: 'erased',
    });
    const credentials = { email, password: 'a password in every test' };
    await expect(logIn(guest(), credentials)).rejects.toMatchObject({ code: 'credentials_invalid' });
    await register(guest(), credentials);
    const { user, accessToken } = await logIn(guest(), credentials);
    expect(user.id).not.toBe(someone.userId);
    const actor = await store.runtime.accessTokens.verify(accessToken ?? '');
    expect((await listOrders(makeCtx(store.runtime, actor && { actor }), {})).items).toEqual([]);
    await query(store.runtime, 'delete from users where id = $1', [user.id]);
    await store.tellOutbox();
  });

  test('is erased from the order that was on its way once it has ended, and gets its last mail before', async () => {
    const { runtime } = store;
    await fulfillOrder(staffCtx(runtime), { orderId: onItsWay.order.id });
    const [shipped] = await takeMails(runtime);
    expect(shipped?.to.toLowerCase()).toBe(email);
    const housekeep = () => doJobs(runtime, 'housekeeping', [{ id: 'x', data: null }]);
    await housekeep();
    expect(await canaries()).not.toEqual([]);
    runtime.clock.advance(3601);
    await housekeep();
    expect(await canaries()).toEqual([]);
    const erasures = () => query(runtime, 'select user_id, finished_at from erasures');
    expect(await erasures()).toEqual([{ user_id: someone.userId, finished_at: runtime.clock.now() }]);
    const finished = await erasures();
    runtime.clock.advance(3601);
    await housekeep();
    expect(await erasures()).toEqual(finished);
  });
});

test('an order of an unproven address is not erased with the account that claims to be its owner', async () => {
  const { runtime, shop } = store;
  const account = await openAccount(runtime, { verified: false });
  const { variantId } = await stockProduct(runtime);
  const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
  const { order: placed } = await placeOrder(ctx, checkoutInput(shop, cart, { email: account.email }));
  await fulfillOrder(staffCtx(runtime), { orderId: placed.id });
  await deleteAccount(makeCtx(runtime, { actor: administrator(account.id) }));
  const rows = await query(runtime, 'select customer_id, email from orders where id = $1', [placed.id]);
  expect(rows).toEqual([{ customer_id: null, email: account.email }]);
});
