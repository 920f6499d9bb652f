import { afterAll, beforeAll, expect, test } from 'vitest';
import { ctxOf, openAccount } from '../../testing/accounts.ts';
import { claimOrders, getOrder, listClaimableOrders, listOrders, placeOrder } from '../../testing/calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, guestCart, openShop, type Shop, stockProduct } from '../../testing/shop.ts';
import { query } from '../../testing/tell-outbox.ts';

let runtime: TestRuntime;
let shop: Shop;
let variantId: string;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
  ({ variantId } = await stockProduct(runtime, { stock: 1000 }));
});
afterAll(() => runtime.dispose());

/** A guest's order with an address, placed a minute after the one before. */
async function guestOrder(email: string) {
  runtime.clock.advance(60);
  const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
  const { order, orderToken } = await placeOrder(ctx, checkoutInput(shop, cart, { email }));
  return { id: order.id, number: order.number, orderToken, total: order.totals.total, placedAt: order.placedAt };
}

const ownersOf = (ids: string[]) =>
  query<{ id: string; customer_id: string | null }>(
    runtime,
    'select id, customer_id from orders where id = any($1::uuid[]) order by id',
    [ids],
  );

test('orders of a proven address are listed, claimed by naming them, and then the account’s', async () => {
  const account = await openAccount(runtime);
  const ctx = () => ctxOf(runtime, account);
  // However the guest wrote it.
  const placed = [await guestOrder(account.email), await guestOrder(account.email.toUpperCase())];
  const { items } = await listClaimableOrders(ctx(), {});
  expect(items).toEqual(placed.map(({ orderToken: _, ...order }) => order).toReversed());
  expect((await listOrders(ctx(), {})).items).toEqual([]);

  const orderIds = placed.map(({ id }) => id);
  expect(await claimOrders(ctx(), { orderIds: [...orderIds, orderIds[0] ?? ''] })).toEqual({ orderIds });
  expect((await listOrders(ctx(), {})).items.map(({ id }) => id)).toEqual(orderIds.toReversed());
  expect((await listClaimableOrders(ctx(), {})).items).toEqual([]);
  expect((await getOrder(ctx(), { orderId: orderIds[0] ?? '' })).customerId).toBe(account.id);
  const withToken = makeCtx(runtime, { orderToken: placed[0]?.orderToken });
  expect((await getOrder(withToken, { orderId: orderIds[0] ?? '' })).id).toBe(orderIds[0]);

  expect(await claimOrders(ctx(), { orderIds })).toEqual({ orderIds });
});

test('nothing is shown or claimed before the address is proven', async () => {
  const account = await openAccount(runtime, { verified: false });
  const { id } = await guestOrder(account.email);
  expect(await listClaimableOrders(ctxOf(runtime, account), {})).toEqual({ items: [] });
  const refused = claimOrders(ctxOf(runtime, account), { orderIds: [id] });
  await expect(refused).rejects.toMatchObject({ code: 'address_not_verified', kind: 'rule_violated' });
  expect(await ownersOf([id])).toEqual([{ id, customer_id: null }]);
});

test('one that is not the address’s own, or not there, refuses all of them', async () => {
  const [account, other] = [await openAccount(runtime), await openAccount(runtime)];
  const own = await guestOrder(account.email);
  const stranger = await guestOrder(`x${account.email}`);
  const claimed = await guestOrder(other.email);
  await claimOrders(ctxOf(runtime, other), { orderIds: [claimed.id] });
  // Placed by the other account, although with this address.
  const { cart } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
  await query(runtime, 'update carts set customer_id = $2, token_hash = null where id = $1', [cart.id, other.id]);
  const input = checkoutInput(shop, cart, { email: account.email });
  const { order } = await placeOrder(ctxOf(runtime, other), input);
  const unplaced = await guestOrder(account.email);
  await query(runtime, `update orders set status = 'pending', placed_at = null where id = $1`, [unplaced.id]);

  const ids = [own.id, stranger.id, claimed.id, order.id, unplaced.id];
  const before = await ownersOf(ids);
  for (const id of [stranger.id, claimed.id, order.id, unplaced.id, runtime.ids.uuid(runtime.clock.now())]) {
    const refused = claimOrders(ctxOf(runtime, account), { orderIds: [own.id, id] });
    await expect(refused).rejects.toMatchObject({ code: 'order_not_found', kind: 'not_found' });
  }
  expect(await ownersOf(ids)).toEqual(before);
  expect((await listClaimableOrders(ctxOf(runtime, account), {})).items.map(({ id }) => id)).toEqual([own.id]);
});

test('an address that changes hands while an order is claimed gives it to one account at most', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [first, second] = [await openAccount(runtime), await openAccount(runtime)];
    const { id } = await guestOrder(first.email);
    const handOver = async () => {
      const moved = `update users set email = 'gone-' || email where id = $1 returning pg_sleep(0.01)`;
      await query(runtime, moved, [first.id]);
      await query(runtime, 'update users set email = $2 where id = $1', [second.id, first.email]);
    };
    const claim = (account: typeof first) =>
      claimOrders(ctxOf(runtime, account), { orderIds: [id] }).then(
        () => account.id,
        () => null,
      );
    const [, ...claims] = await Promise.all([handOver(), claim(first), claim(second), claim(first)]);
    const owners = [...new Set(claims.filter((owner) => owner !== null))];
    expect(owners.length).toBeLessThan(2);
    expect(await ownersOf([id])).toEqual([{ id, customer_id: owners[0] ?? null }]);
  }
});
