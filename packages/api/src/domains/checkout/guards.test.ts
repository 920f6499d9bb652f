import { orders, reservations, transaction } from '@cartwright/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOrder } from '../../testing/calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, guestCart, openShop, type Shop, stockProduct } from '../../testing/shop.ts';

// The statements guard themselves, also where a caller has forgotten the lock that comes first.
let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

async function placed() {
  const { variantId } = await stockProduct(runtime, { stock: 2 });
  const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
  return { variantId, order: (await placeOrder(ctx, checkoutInput(shop, cart))).order };
}

test('more units than a level has are not reserved, and the statement says so', async () => {
  const { variantId, order } = await placed();
  const at = runtime.clock.now();
  await transaction(runtime.db, async (tx) => {
    const [level] = await reservations.lockStockLevels(tx, { variantIds: [variantId] });
    const locationId = level?.locationId ?? '';
    const rows = [{ id: runtime.ids.uuid(at), variantId, locationId, quantity: 2 }];
    const request = { orderId: order.id, expiresAt: at, createdAt: at, rows };
    expect(await reservations.insertReservations(tx, request)).toBe(false);
    const [after] = await reservations.lockStockLevels(tx, { variantIds: [variantId] });
    expect(after?.available).toBe(1);
  });
});

test('an order moves only from the state it is in', async () => {
  const { order } = await placed();
  const at = runtime.clock.now();
  const outbox = { id: runtime.ids.uuid(at), topic: 'order.placed', payload: {} };
  const move = { id: order.id, event: 'place', from: 'pending', to: 'confirmed', actor: {}, at, outbox } as const;
  expect(await transaction(runtime.db, (tx) => orders.transitionOrder(tx, move))).toBe(false);
  const head = await orders.findOrderHead(runtime.db, { id: order.id });
  expect(head?.status).toBe('confirmed');
});
