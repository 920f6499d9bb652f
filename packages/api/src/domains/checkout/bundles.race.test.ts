import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleOf } from '../../testing/bundle-factories.ts';
import { placeOrder } from '../../testing/calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, guestCart, openShop, type Shop, stockProduct } from '../../testing/shop.ts';
import { findAdminProduct } from '../catalog/index.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

const reservedOf = async (productId: string) =>
  (await findAdminProduct(runtime.db, { productId })).variants[0]?.stock[0]?.reserved;

test('bundles and their components compete for the last units: what is sold is what was there, exactly', async () => {
  for (let round = 0; round < 4; round += 1) {
    const [first, second] = [await stockProduct(runtime, { stock: 7 }), await stockProduct(runtime, { stock: 4 })];
    const pair = await bundleOf(runtime, [
      { variantId: second.variantId, quantity: 1 },
      { variantId: first.variantId, quantity: 2 },
    ]);
    const wants = [
      ...Array.from({ length: 5 }, () => [{ variantId: pair.variantId, quantity: 1 }]),
      ...Array.from({ length: 5 }, () => [{ variantId: first.variantId, quantity: 1 }]),
      ...Array.from({ length: 4 }, () => [
        { variantId: second.variantId, quantity: 1 },
        { variantId: pair.variantId, quantity: 1 },
      ]),
    ];
    const buyers = await Promise.all(wants.map((items) => guestCart(runtime, items)));
    const results = await Promise.allSettled(buyers.map(({ ctx, cart }) => placeOrder(ctx, checkoutInput(shop, cart))));
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'insufficient_stock' });
    }
    const sold = results.flatMap((result, n) => (result.status === 'fulfilled' ? (wants[n] ?? []) : []));
    const units = (variantId: string) => sold.filter((line) => line.variantId === variantId).length;
    const bundles = units(pair.variantId);
    const firstSold = units(first.variantId) + 2 * bundles;
    const secondSold = units(second.variantId) + bundles;
    expect(firstSold).toBeLessThanOrEqual(7);
    expect(secondSold).toBeLessThanOrEqual(4);
    expect(await reservedOf(first.productId)).toBe(firstSold);
    expect(await reservedOf(second.productId)).toBe(secondSold);
    // Nobody was refused what was left.
    const refusedSingle = results.slice(5, 10).some(({ status }) => status === 'rejected');
    if (refusedSingle) expect(firstSold).toBe(7);
  }
});
