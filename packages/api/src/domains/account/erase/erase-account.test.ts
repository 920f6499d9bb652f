import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Permission } from '../../../kit/actor.ts';
import { permissions } from '../../../kit/actor.ts';
import { ctxOf, openAccount, type TestAccount } from '../../../testing/accounts.ts';
import { cancelOrder, createCart, placeOrder } from '../../../testing/calls.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { accountRows } from '../../../testing/mailbox.ts';
import { checkoutInput, openShop, type Shop, staffCtx, stockProduct } from '../../../testing/shop.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { deleteAccount } from './delete-account.ts';
import { eraseCustomer } from './erase-customer.ts';
import { applyErasure, listErasureEntries } from './erasure-list.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  await query(runtime, 'delete from user_roles; delete from roles where not built_in');
});

const statusOf = async (id: string) =>
  (await query<{ status: string }>(runtime, 'select status from users where id = $1', [id]))[0]?.status;
const erasuresOf = (id: string) => query(runtime, 'select actor from erasures where user_id = $1', [id]);

describe('deleting one’s own account', () => {
  test('ends its sessions at once and notes who did it', async () => {
    const account = await openAccount(runtime);
    expect(await runtime.accessTokens.verify(account.accessToken)).toBeDefined();
    await deleteAccount(ctxOf(runtime, account));
    expect(await runtime.accessTokens.verify(account.accessToken)).toBeUndefined();
    expect(await erasuresOf(account.id)).toEqual([{ actor: { kind: 'customer', userId: account.id } }]);
  });

  test('fifty times at once does it once', async () => {
    const account = await openAccount(runtime);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => deleteAccount(ctxOf(runtime, account))));
    const codes = results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.code));
    expect(codes.sort()).toEqual(['done', ...Array(49).fill('user_not_found')]);
    expect(await erasuresOf(account.id)).toHaveLength(1);
  });

  test('is refused to the last administrator, and changes nothing', async () => {
    const account = await openAccount(runtime, { roleNames: ['administrator'] });
    const before = await accountRows(runtime);
    const refused = deleteAccount(ctxOf(runtime, account));
    await expect(refused).rejects.toMatchObject({ code: 'last_administrator', kind: 'conflict' });
    expect(await accountRows(runtime)).toEqual(before);
    expect(await erasuresOf(account.id)).toEqual([]);
  });

  test('leaves one of two administrators who do it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      await query(runtime, 'delete from user_roles');
      const two = [
        await openAccount(runtime, { roleNames: ['administrator'] }),
        await openAccount(runtime, { roleNames: ['administrator'] }),
      ];
      const results = await Promise.allSettled(two.map((account) => deleteAccount(ctxOf(runtime, account))));
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('while the account orders leaves no order with an address, and no error but a refusal', async () => {
    for (let round = 0; round < 8; round += 1) {
      const account = await openAccount(runtime);
      const { variantId } = await stockProduct(runtime);
      const ctx = () => ctxOf(runtime, account);
      const carts = await Promise.all(
        Array.from({ length: 4 }, () => createCart(ctx(), { currency: 'EUR', items: [{ variantId, quantity: 1 }] })),
      );
      const orders = carts.map((cart) => placeOrder(ctx(), checkoutInput(shop, cart, { email: account.email })));
      const results = await Promise.allSettled([...orders, deleteAccount(ctx())]);
      const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
      expect(codes.filter((code) => code !== 'cart_not_found')).toEqual([]);
      expect(await statusOf(account.id)).toBe('erased');
      const placed = await query<{ id: string }>(runtime, 'select id from orders where customer_id = $1', [account.id]);
      for (const { id } of placed) await cancelOrder(staffCtx(runtime), { orderId: id });
    }
    runtime.clock.advance(3601);
    await doJobs(runtime, 'housekeeping', [{ id: 'x', data: null }]);
    const left = await query(runtime, `select email from orders where email not like '%@erased.invalid'`);
    expect(left).toEqual([]);
    expect(await query(runtime, 'select user_id from erasures where finished_at is null')).toEqual([]);
  });
});

describe('erasing on somebody’s behalf', () => {
  const by = (held: readonly Permission[]) =>
    makeCtx(runtime, {
      actor: { ...administrator(runtime.ids.uuid(runtime.clock.now())), permissions: held } as never,
    });

  test('is noted in the audit log', async () => {
    const account = await openAccount(runtime);
    await eraseCustomer(by(['customers:erase']), { customerId: account.id });
    expect(await statusOf(account.id)).toBe('erased');
    expect(await runtime.accessTokens.verify(account.accessToken)).toBeUndefined();
    const audited = await query(runtime, 'select action, detail from audit_log where target = $1', [
      `user:${account.id}`,
    ]);
    expect(audited).toEqual([{ action: 'user.erased', detail: {} }]);
  });

  test('is refused for staff who may do more, and for the last administrator', async () => {
    await query(
      runtime,
      `insert into roles (name, permissions, created_at, updated_at) values ('support', '{orders:read}', now(), now())`,
    );
    const support = await openAccount(runtime, { roleNames: ['support'] });
    const boss = await openAccount(runtime, { roleNames: ['administrator'] });
    const before = await accountRows(runtime);
    const erase = (account: TestAccount, held: readonly Permission[]) =>
      eraseCustomer(by(held), { customerId: account.id });
    for (const held of [['customers:erase'], ['customers:erase', 'staff:write'], ['customers:erase', 'orders:read']]) {
      await expect(erase(support, held as Permission[])).rejects.toMatchObject({ code: 'permission_not_held' });
    }
    await expect(erase(boss, permissions)).rejects.toMatchObject({ code: 'last_administrator' });
    expect(await accountRows(runtime)).toEqual(before);
    await erase(support, ['customers:erase', 'staff:write', 'orders:read']);
    expect(await statusOf(support.id)).toBe('erased');
  });

  test('finds nobody who is not there or was erased before', async () => {
    const account = await openAccount(runtime);
    await eraseCustomer(by(permissions), { customerId: account.id });
    const before = await accountRows(runtime);
    for (const customerId of [account.id, runtime.ids.uuid(runtime.clock.now())]) {
      await expect(eraseCustomer(by(permissions), { customerId })).rejects.toMatchObject({ code: 'user_not_found' });
    }
    expect(await accountRows(runtime)).toEqual(before);
  });
});

test('a list of erasures erases again what a restored database has brought back', async () => {
  const account = await openAccount(runtime);
  await deleteAccount(ctxOf(runtime, account));
  const entries = [];
  for await (const entry of listErasureEntries(makeCtx(runtime))) entries.push(entry);
  const entry = entries.find(({ userId }) => userId === account.id);
  if (!entry) throw new Error('The erasure is not listed');
  const apply = () => applyErasure(makeCtx(runtime, { actor: { kind: 'job', name: 'ops' } }), entry);
  expect(await apply()).toBe('erased_before');

  await query(runtime, 'delete from erasures where user_id = $1', [account.id]);
  await query(runtime, `update users set status = 'active', email = $2, name = 'Back' where id = $1`, [
    account.id,
    account.email,
  ]);
  runtime.clock.advance(86_400);
  expect(await apply()).toBe('erased');
  expect(await apply()).toBe('erased_before');
  const [row] = await query(
    runtime,
    'select name, status, e.erased_at from users join erasures e on user_id = id where id = $1',
    [account.id],
  );
  expect(row).toEqual({ name: null, status: 'erased', erased_at: entry.erasedAt });
  const unknown = { ...entry, userId: runtime.ids.uuid(runtime.clock.now()) };
  expect(await applyErasure(makeCtx(runtime), unknown)).toBe('unknown');
});
