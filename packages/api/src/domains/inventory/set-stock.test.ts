import { randomUUID } from 'node:crypto';
import { inventory, store } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeOrder } from '../../testing/calls.ts';
import { createTestProduct } from '../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, guestCart, openShop, type Shop, stockProduct } from '../../testing/shop.ts';
import { setUpStore } from '../catalog/index.ts';
import { inventoryRouter } from './router.ts';
import { setStock } from './set-stock.ts';

let runtime: TestRuntime;
let shop: Shop;
const staffId = randomUUID();
const ctx = () => makeCtx(runtime, { actor: administrator(staffId) });
const newVariant = async (stock?: number) =>
  (await createTestProduct(runtime, { ...(stock !== undefined && { stock }) })).variants[0]?.id ?? '';

beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

describe('setStock', () => {
  test('sets what is on hand and records the difference with who made it', async () => {
    const variantId = await newVariant(10);
    expect(await setStock(ctx(), { variantId, onHand: 4 })).toEqual({ onHand: 4, reserved: 0, available: 4 });
    expect(await setStock(ctx(), { variantId, onHand: 4 })).toEqual({ onHand: 4, reserved: 0, available: 4 });
    expect(await setStock(ctx(), { variantId, onHand: 9 })).toEqual({ onHand: 9, reserved: 0, available: 9 });
    expect(await inventory.listStockMovements(runtime.db, { variantId, limit: 10 })).toMatchObject([
      { delta: 5, onHandAfter: 9, reason: 'correction', actor: { kind: 'staff', userId: staffId } },
      { delta: -6, onHandAfter: 4, reason: 'correction', actor: { kind: 'staff', userId: staffId } },
      { delta: 10, onHandAfter: 10, reason: 'correction', actor: { kind: 'guest' } },
    ]);
  });

  test('counts each location by itself', async () => {
    await setUpStore(ctx(), {
      name: 'Test store',
      country: 'DE',
      currencies: [],
      taxClasses: [],
      locations: [
        { code: 'main', name: 'Main warehouse' },
        { code: 'north', name: 'North' },
      ],
    });
    const [, north] = await store.listLocations(runtime.db);
    const variantId = await newVariant(2);
    const locationId = north?.id ?? '';
    expect(await setStock(ctx(), { variantId, locationId, onHand: 5 })).toMatchObject({ onHand: 5 });
    expect(await setStock(ctx(), { variantId, onHand: 3 })).toMatchObject({ onHand: 3 });
    expect(await inventory.findStockCount(runtime.db, { variantId, locationId })).toEqual({ onHand: 5, reserved: 0 });
  });

  test('refuses a variant and a location that are not there', async () => {
    const variantId = await newVariant(1);
    await expect(setStock(ctx(), { variantId: randomUUID(), onHand: 1 })).rejects.toMatchObject({
      code: 'stock_variant_not_found',
    });
    await expect(setStock(ctx(), { variantId, locationId: randomUUID(), onHand: 5 })).rejects.toMatchObject({
      code: 'location_not_found',
    });
    expect(await inventory.listStockMovements(runtime.db, { variantId, limit: 10 })).toHaveLength(1);
  });

  test('refuses less than is promised to orders, and changes nothing', async () => {
    const { variantId } = await stockProduct(runtime, { stock: 5 });
    const buyer = await guestCart(runtime, [{ variantId, quantity: 3 }]);
    await placeOrder(buyer.ctx, checkoutInput(shop, buyer.cart));
    await expect(setStock(ctx(), { variantId, onHand: 2 })).rejects.toMatchObject({
      code: 'stock_below_reserved',
      details: { onHand: 5, reserved: 3 },
    });
    expect(await setStock(ctx(), { variantId, onHand: 3 })).toEqual({ onHand: 3, reserved: 3, available: 0 });
    const movements = await inventory.listStockMovements(runtime.db, { variantId, limit: 10 });
    expect(movements.map(({ delta }) => delta)).toEqual([-2, 5]);
  });

  test('is for staff with the permission; negative and endless stock is refused', async () => {
    const variantId = await newVariant(1);
    const guest = inventoryRouter.createCaller(makeCtx(runtime));
    await expect(guest.setStock({ variantId, onHand: 1 })).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    const staff = inventoryRouter.createCaller(ctx());
    for (const onHand of [-1, 1.5, 1e9 + 1]) {
      await expect(staff.setStock({ variantId, onHand })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    expect(await staff.setStock({ variantId, onHand: 8 })).toEqual({ onHand: 8, reserved: 0, available: 8 });
  });
});
