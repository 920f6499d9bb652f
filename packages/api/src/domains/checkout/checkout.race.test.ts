import { afterAll, beforeAll, expect, test } from 'vitest';
import { DomainError } from '../../kit/domain-error.ts';
import { cancelOrder, fulfillOrder, placeOrder } from '../../testing/calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, guestCart, openShop, type Shop, staffCtx, stockProduct } from '../../testing/shop.ts';
import { query } from '../../testing/tell-outbox.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { DATABASE_POOL_SIZE: '10' } });
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

const codeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'fulfilled'
    ? 'ok'
    : result.reason instanceof DomainError
      ? result.reason.code
      : String(result.reason);

test('of 50 buyers of the last unit one gets it and the others are told', async () => {
  const { variantId } = await stockProduct(runtime, { stock: 1 });
  const carts = await Promise.all(Array.from({ length: 50 }, () => guestCart(runtime, [{ variantId, quantity: 1 }])));
  const results = await Promise.allSettled(carts.map(({ cart, ctx }) => placeOrder(ctx, checkoutInput(shop, cart))));
  const codes = results.map(codeOf);
  expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
  expect(codes.filter((code) => code === 'insufficient_stock')).toHaveLength(49);
  const stock = await query(runtime, 'select on_hand, reserved from stock_levels where variant_id = $1', [variantId]);
  expect(stock).toEqual([{ on_hand: 1, reserved: 1 }]);
});

test('carts that share variants in any order never deadlock', async () => {
  const variants = await Promise.all(Array.from({ length: 6 }, () => stockProduct(runtime, { stock: 1000 })));
  const before = await query<{ deadlocks: string }>(
    runtime,
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  const carts = await Promise.all(
    Array.from({ length: 60 }, (_, i) => {
      const rotated = [...variants.slice(i % 6), ...variants.slice(0, i % 6)];
      const items = (i % 2 === 0 ? rotated : rotated.reverse()).slice(0, 4);
      return guestCart(
        runtime,
        items.map(({ variantId }) => ({ variantId, quantity: 1 })),
      );
    }),
  );
  const results = await Promise.allSettled(carts.map(({ cart, ctx }) => placeOrder(ctx, checkoutInput(shop, cart))));
  expect(new Set(results.map(codeOf))).toEqual(new Set(['ok']));
  const after = await query<{ deadlocks: string }>(
    runtime,
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(after).toEqual(before);
});

test('one cart ordered 30 times at once is one order, and every answer is that order', async () => {
  const { variantId } = await stockProduct(runtime, { stock: 100 });
  const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 2 }]);
  const results = await Promise.all(Array.from({ length: 30 }, () => placeOrder(ctx, checkoutInput(shop, cart))));
  expect(new Set(results.map(({ order }) => order.id)).size).toBe(1);
  const rows = await query(runtime, 'select count(*)::int from orders where cart_id = $1', [cart.id]);
  expect(rows).toEqual([{ count: 1 }]);
  const stock = await query(runtime, 'select reserved from stock_levels where variant_id = $1', [variantId]);
  expect(stock).toEqual([{ reserved: 2 }]);
});

test('an order that is shipped and cancelled at once is one of the two', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { variantId } = await stockProduct(runtime, { stock: 5 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 2 }]);
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
    const staff = staffCtx(runtime);
    const results = await Promise.allSettled([
      fulfillOrder(staff, { orderId: order.id }),
      cancelOrder(staff, { orderId: order.id }),
      fulfillOrder(staff, { orderId: order.id }),
    ]);
    expect(results.map(codeOf).sort()).toEqual(['ok', 'state_conflict', 'state_conflict']);
    const shipped = codeOf(results[1]) !== 'ok';
    const stock = await query(runtime, 'select on_hand, reserved from stock_levels where variant_id = $1', [variantId]);
    expect(stock).toEqual([{ on_hand: shipped ? 3 : 5, reserved: 0 }]);
  }
});
