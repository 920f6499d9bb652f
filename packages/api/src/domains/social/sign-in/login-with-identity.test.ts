import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getOrder, listOrders, placeOrder } from '../../../testing/calls.ts';
import { customer, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { checkoutInput, guestCart, openShop, stockProduct } from '../../../testing/shop.ts';
import type { ProvenIdentity } from '../providers/identity-provider.ts';
import { loginWithIdentity } from './login-with-identity.ts';

let runtime: TestRuntime;
let sequence = 0;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

function identity(options: Partial<ProvenIdentity> = {}): ProvenIdentity {
  sequence += 1;
  const email = `person${sequence}@example.com`;
  return { provider: 'oidc:test', subject: `subject-${sequence}`, email, emailVerified: true, name: 'Ada', ...options };
}

const login = (proven: ProvenIdentity) => loginWithIdentity(makeCtx(runtime, { userAgent: 'Test' }), proven);
const counts = () =>
  querySql(
    runtime.databaseUrl,
    'select (select count(*) from users) users, (select count(*) from identities) identities, (select count(*) from sessions) sessions',
  );

describe('signing in with an identity', () => {
  test('the first time makes a verified account without a password, then opens the same one', async () => {
    const ada = identity({ email: 'ADA@Example.com' });
    const first = await login(ada);
    expect(first.user).toEqual({
      id: expect.any(String),
      email: 'ada@example.com',
      emailVerified: true,
      name: 'Ada',
      roles: ['customer'],
      createdAt: runtime.clock.now(),
    });
    expect(await runtime.accessTokens.verify(first.accessToken)).toMatchObject({ userId: first.user.id });
    const [row] = await querySql(
      runtime.databaseUrl,
      'select password_hash, email_verified_at from users where id = $1',
      [first.user.id],
    );
    expect(row).toEqual({ password_hash: null, email_verified_at: runtime.clock.now() });
    const again = await login({ ...ada, email: 'changed@example.com', emailVerified: false });
    expect(again.user).toEqual(first.user);
  });

  test('ten times at once makes one account', async () => {
    const proven = identity();
    const answers = await Promise.all(Array.from({ length: 10 }, () => login(proven)));
    expect(new Set(answers.map(({ user }) => user.id)).size).toBe(1);
  });

  test('is refused for an address that has an account, which stays unlinked', async () => {
    const email = 'registered@example.com';
    await querySql(
      runtime.databaseUrl,
      'insert into users (id, email, created_at, updated_at) values (gen_random_uuid(), $1, now(), now())',
      [email],
    );
    const before = await counts();
    await expect(login(identity({ email }))).rejects.toMatchObject({ code: 'account_exists', kind: 'conflict' });
    expect(await counts()).toEqual(before);
  });

  test('a subject means something to its own provider only', async () => {
    const proven = identity();
    await login(proven);
    await expect(login({ ...proven, provider: 'oidc:other' })).rejects.toMatchObject({ code: 'account_exists' });
  });

  test.each([
    ['unverified', { emailVerified: false }],
    ['missing', { email: undefined }],
    ['no address', { email: 'not an address' }],
  ])('is refused when the address is %s, and makes nothing', async (_name, options) => {
    const before = await counts();
    await expect(login(identity(options))).rejects.toMatchObject({ code: 'email_not_verified', kind: 'forbidden' });
    expect(await counts()).toEqual(before);
  });

  test.each([
    ['missing', undefined],
    ['empty', '  '],
    ['too long', 'x'.repeat(300)],
    ['with control characters', 'A\u0000da'],
  ])('a name that is %s is left out', async (_name, name) => {
    expect((await login(identity({ name }))).user.name).toBeNull();
  });

  test('does not open a disabled account', async () => {
    const proven = identity();
    const { user } = await login(proven);
    await querySql(runtime.databaseUrl, "update users set status = 'disabled' where id = $1", [user.id]);
    const before = await counts();
    await expect(login(proven)).rejects.toMatchObject({ code: 'account_disabled', kind: 'forbidden' });
    expect(await counts()).toEqual(before);
  });

  test('is kept with the session and the identity', async () => {
    const proven = identity();
    const { user } = await login(proven);
    runtime.clock.advance(60);
    await login({ ...proven, email: 'new@example.com' });
    const read = (sql: string) => querySql(runtime.databaseUrl, sql, [user.id]);
    expect(await read('select distinct amr from sessions where user_id = $1')).toEqual([{ amr: ['fed'] }]);
    expect(await read('select email, last_used_at from identities where user_id = $1')).toEqual([
      { email: proven.email, last_used_at: runtime.clock.now() },
    ]);
  });

  test('does not claim what a guest has ordered with the address', async () => {
    const shop = await openShop(runtime);
    const { variantId } = await stockProduct(runtime);
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const proven = identity({ email: 'guest@example.com' });
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart, { email: 'guest@example.com' }));
    const { user } = await login(proven);
    const asAccount = makeCtx(runtime, { actor: customer(user.id) });
    expect((await listOrders(asAccount, {})).items).toEqual([]);
    await expect(getOrder(asAccount, { orderId: order.id })).rejects.toMatchObject({ code: 'order_not_found' });
    const rows = await querySql(runtime.databaseUrl, 'select customer_id from orders where id = $1', [order.id]);
    expect(rows).toEqual([{ customer_id: null }]);
  });
});
