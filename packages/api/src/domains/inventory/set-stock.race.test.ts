import { inventory } from '@cartwright/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOrder } from '../../testing/calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, guestCart, openShop, type Shop, staffCtx, stockProduct } from '../../testing/shop.ts';
import { setStock } from './set-stock.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

test('parallel counts leave one of the values, explained by movements that add up', async () => {
  const { variantId } = await stockProduct(runtime, { stock: 10 });
  await Promise.all([1, 2, 3, 4, 5, 6].map((onHand) => setStock(staffCtx(runtime), { variantId, onHand })));
  const movements = await inventory.listStockMovements(runtime.db, { variantId, limit: 100 });
  const [last] = movements;
  expect([1, 2, 3, 4, 5, 6]).toContain(last?.onHandAfter);
  expect(movements.reduce((sum, { delta }) => sum + delta, 0)).toBe(last?.onHandAfter);
});

test('a count to nothing and buyers at the same time never leave more promised than there is', async () => {
  const { variantId } = await stockProduct(runtime, { stock: 6 });
  const buyers = await Promise.all([1, 2, 3].map(() => guestCart(runtime, [{ variantId, quantity: 1 }])));
  const results = await Promise.allSettled([
    ...buyers.map((buyer) => placeOrder(buyer.ctx, checkoutInput(shop, buyer.cart))),
    setStock(staffCtx(runtime), { variantId, onHand: 0 }),
  ]);
  const sold = results.slice(0, 3).filter(({ status }) => status === 'fulfilled').length;
  const counted = results[3]?.status === 'fulfilled';
  expect(counted ? sold : sold > 0).toBe(counted ? 0 : true);
});
