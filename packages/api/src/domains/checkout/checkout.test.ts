import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import {
  addItem,
  cancelOrder,
  createCart,
  fulfillOrder,
  getAnyOrder,
  getCart,
  getOrder,
  listAllOrders,
  listOrders,
  listShippingMethods,
  placeOrder,
  updateProduct,
} from '../../testing/calls.ts';
import { customer, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { ADDRESS, checkoutInput, guestCart, openShop, type Shop, staffCtx, stockProduct } from '../../testing/shop.ts';
import { query } from '../../testing/tell-outbox.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

async function counts() {
  const [row] = await query<{
    orders: number;
    payments: number;
    reservations: number;
    outbox: number;
    reserved: number;
  }>(
    runtime,
    `select (select count(*)::int from orders) orders, (select count(*)::int from payments) payments,
      (select count(*)::int from reservations) reservations, (select count(*)::int from outbox) outbox,
      (select coalesce(sum(reserved), 0)::int from stock_levels) reserved`,
  );
  return row;
}

// What must hold after every scenario, whatever it did.
afterEach(async () => {
  const broken = await query(
    runtime,
    `select 'reserved' as what, s.variant_id::text as id from stock_levels s
       where s.reserved <> (select coalesce(sum(r.quantity), 0) from reservations r
         where r.variant_id = s.variant_id and r.location_id = s.location_id and r.state in ('held', 'allocated'))
     union all select 'totals', o.id::text from orders o
       where o.subtotal_minor <> (select sum(i.subtotal_minor) from order_items i where i.order_id = o.id)
          or o.tax_minor <> o.shipping_tax_minor + (select sum(i.tax_minor) from order_items i where i.order_id = o.id)
     union all select 'history', o.id::text from orders o
       where o.version <> (select count(*) from order_history h where h.order_id = o.id)
     union all select 'outbox', o.id::text from orders o
       where o.version - 1 <> (select count(*) from outbox b where b.aggregate = 'order:' || o.id)`,
  );
  expect(broken).toEqual([]);
});

describe('a purchase with manual payment', () => {
  test('places the order, allocates the units, closes the cart and announces it once', async () => {
    const { variantId } = await stockProduct(runtime, { eur: 1190, stock: 3 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 2 }]);
    runtime.takeStatements();
    const { order, orderToken, payment } = await placeOrder(ctx, checkoutInput(shop, cart));
    expect(runtime.takeStatements().length).toBeLessThanOrEqual(12);

    expect(payment).toEqual({ status: 'authorized' });
    expect(order).toMatchObject({
      status: 'confirmed',
      paymentStatus: 'authorized',
      fulfillmentStatus: 'unfulfilled',
      email: 'ada@example.com',
      test: false,
      cartId: cart.id,
      totals: {
        subtotal: { amount: 2380, currency: 'EUR' },
        shipping: { amount: 490, currency: 'EUR' },
        tax: { amount: 458, currency: 'EUR' },
        total: { amount: 2870, currency: 'EUR' },
      },
    });
    expect(order.timeline.map(({ event }) => event)).toEqual(['created', 'place']);
    const stock = await query(runtime, 'select on_hand, reserved from stock_levels where variant_id = $1', [variantId]);
    expect(stock).toEqual([{ on_hand: 3, reserved: 2 }]);
    const announced = await query(runtime, 'select topic, version from outbox where aggregate = $1', [
      `order:${order.id}`,
    ]);
    expect(announced).toEqual([{ topic: 'order.placed', version: 2 }]);

    expect((await getCart(ctx, { cartId: cart.id })).status).toBe('completed');
    await expect(addItem(ctx, { cartId: cart.id, variantId, quantity: 1 })).rejects.toMatchObject({
      code: 'cart_completed',
    });
    expect((await getOrder(makeCtx(runtime, { orderToken }), { orderId: order.id })).id).toBe(order.id);
  });

  test('answers the same order again, whatever is asked, and changes nothing', async () => {
    const { variantId } = await stockProduct(runtime);
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const first = await placeOrder(ctx, checkoutInput(shop, cart));
    const before = await counts();
    const again = await placeOrder(ctx, checkoutInput(shop, cart, { email: 'else@example.com' }));
    expect(again).toEqual(first);
    expect(await counts()).toEqual(before);
  });

  test('an order keeps its names and prices when the catalog changes', async () => {
    const { productId, variantId, sku } = await stockProduct(runtime, { eur: 1000 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
    await updateProduct(staffCtx(runtime), {
      productId,
      title: 'Renamed',
      variants: [{ id: variantId, sku, prices: [{ amount: 9999, currency: 'EUR' }] }],
    });
    const after = await placeOrder(ctx, checkoutInput(shop, cart));
    expect(after.order.items).toEqual(order.items);
  });

  test('a customer’s cart becomes the customer’s order, listed newest first with a cursor', async () => {
    const userId = runtime.ids.uuid(runtime.clock.now());
    await query(
      runtime,
      `insert into users (id, email, created_at, updated_at) values ($1, 'customer@example.com', now(), now())`,
      [userId],
    );
    const actor = customer(userId);
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      runtime.clock.advance(60);
      const ctx = makeCtx(runtime, { actor });
      const { variantId } = await stockProduct(runtime);
      const cart = await createCart(ctx, { currency: 'EUR', items: [{ variantId, quantity: 1 }] });
      expect(cart.token).toBeNull();
      const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
      expect(order.customerId).toBe(userId);
      ids.unshift(order.id);
    }
    const ctx = makeCtx(runtime, { actor });
    const first = await listOrders(ctx, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await listOrders(ctx, { limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.nextCursor).toBeNull();
    await expect(listOrders(makeCtx(runtime), { limit: 2 })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(listOrders(ctx, { limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  test('staff see every order by status, a shopper nobody else’s', async () => {
    const { variantId } = await stockProduct(runtime);
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
    const staff = staffCtx(runtime);
    await cancelOrder(staff, { orderId: order.id, reason: 'on request' });
    const cancelled = await listAllOrders(staff, { status: 'cancelled', limit: 100 });
    expect(cancelled.items.map(({ id }) => id)).toEqual([order.id]);
    const byNumber = await listAllOrders(staff, { number: order.number, limit: 10 });
    expect(byNumber.items.map(({ id }) => id)).toEqual([order.id]);
    expect((await listAllOrders(staff, { number: '999999999', limit: 10 })).items).toEqual([]);
    expect(cancelled.items[0]?.timeline.at(-1)?.actor).toEqual({ kind: 'staff', userId: expect.any(String) });
    const seen = await placeOrder(ctx, checkoutInput(shop, cart));
    expect(seen.order.timeline.at(-1)?.actor).toEqual({ kind: 'staff' });
    await expect(listAllOrders(ctx, { limit: 10 })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(getAnyOrder(staff, { orderId: cart.id })).rejects.toMatchObject({ code: 'order_not_found' });
    await expect(cancelOrder(staff, { orderId: cart.id })).rejects.toMatchObject({ code: 'order_not_found' });
    await expect(fulfillOrder(staff, { orderId: cart.id })).rejects.toMatchObject({ code: 'order_not_found' });
  });

  test('nothing to pay is paid', async () => {
    const { variantId } = await stockProduct(runtime, { eur: 0 });
    const { variantId: big } = await stockProduct(runtime, { eur: 0, stock: 5 });
    await query(
      runtime,
      'update shipping_method_prices set free_from_minor = null, price_minor = 0 where shipping_method_id = $1',
      [shop.expressShippingId],
    );
    const { cart, ctx } = await guestCart(runtime, [
      { variantId, quantity: 1 },
      { variantId: big, quantity: 5 },
    ]);
    const input = checkoutInput(shop, cart, { shippingMethodId: shop.expressShippingId });
    const { order, payment } = await placeOrder(ctx, input);
    expect(payment.status).toBe('captured');
    expect(order).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', totals: { total: { amount: 0 } } });
    await query(runtime, 'update shipping_method_prices set price_minor = 990 where shipping_method_id = $1', [
      shop.expressShippingId,
    ]);
  });
});

describe('shipping', () => {
  test('is priced in the cart’s currency, goes where it goes, and is free from its threshold', async () => {
    const { variantId } = await stockProduct(runtime, { eur: 2500, usd: 2500 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const prices = async (context: Ctx, cartId: string, country: string) =>
      (await listShippingMethods(context, { cartId, country })).items.map(({ name, price }) => [
        name,
        price.amount,
        price.currency,
      ]);
    expect(await prices(ctx, cart.id, 'DE')).toEqual([
      ['Standard', 490, 'EUR'],
      ['Express', 990, 'EUR'],
    ]);
    expect(await prices(ctx, cart.id, 'FR')).toEqual([['Standard', 490, 'EUR']]);
    await addItem(ctx, { cartId: cart.id, variantId, quantity: 1 });
    expect(await prices(ctx, cart.id, 'FR')).toEqual([['Standard', 0, 'EUR']]);
    const dollars = await guestCart(runtime, [{ variantId, quantity: 1 }], 'USD');
    expect(await prices(dollars.ctx, dollars.cart.id, 'US')).toEqual([['Standard', 1000, 'USD']]);
    await expect(listShippingMethods(makeCtx(runtime), { cartId: cart.id, country: 'DE' })).rejects.toMatchObject({
      code: 'cart_not_found',
    });
  });

  test('taxes goods and shipping by the country they go to', async () => {
    const { variantId } = await stockProduct(runtime, { usd: 10_000 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }], 'USD');
    const address = { ...ADDRESS, country: 'US', region: 'NY', postalCode: '10001', city: 'New York' };
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart, { shippingAddress: address }));
    // 8.875 % of 100.00 is 8.875, of 10.00 shipping 0.8875: 8.88 + 0.89.
    expect(order.totals).toMatchObject({ tax: { amount: 977 }, total: { amount: 11_977 } });
  });
});

describe('refusals leave nothing behind', () => {
  const refused = async (attempt: () => Promise<unknown>, code: string, details?: object) => {
    const before = await counts();
    await expect(attempt()).rejects.toMatchObject({ code, ...(details && { details }) });
    expect(await counts()).toEqual(before);
  };

  test('an empty cart, an unknown or foreign shipping method, a stranger', async () => {
    const empty = await guestCart(runtime, []);
    await refused(() => placeOrder(empty.ctx, checkoutInput(shop, empty.cart)), 'cart_empty');
    const { variantId } = await stockProduct(runtime, { usd: 100 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }], 'USD');
    const express = checkoutInput(shop, cart, { shippingMethodId: shop.expressShippingId });
    await refused(() => placeOrder(ctx, express), 'shipping_method_unavailable');
    await refused(() => placeOrder(makeCtx(runtime), checkoutInput(shop, cart)), 'cart_not_found');
    const stripe = checkoutInput(shop, cart, { payment: { provider: 'stripe' } });
    await refused(() => placeOrder(ctx, stripe), 'payment_provider_unavailable');
  });

  test('a line that has sold out in the meantime, naming it', async () => {
    const { variantId } = await stockProduct(runtime, { stock: 2 });
    const first = await guestCart(runtime, [{ variantId, quantity: 2 }]);
    const second = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    await placeOrder(first.ctx, checkoutInput(shop, first.cart));
    await refused(() => placeOrder(second.ctx, checkoutInput(shop, second.cart)), 'insufficient_stock', {
      lines: [{ itemId: second.cart.items[0]?.id, variantId, requested: 1, available: 0 }],
    });
    expect((await getCart(second.ctx, { cartId: second.cart.id })).status).toBe('open');
  });

  test('a line that is not sold any more', async () => {
    const { productId, variantId } = await stockProduct(runtime);
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    await updateProduct(staffCtx(runtime), { productId, status: 'archived' });
    const lines = [{ itemId: cart.items[0]?.id, variantId, code: 'not_for_sale' }];
    await refused(() => placeOrder(ctx, checkoutInput(shop, cart)), 'lines_unavailable', { lines });
  });

  test('a price that has risen, until the shopper says the new total; a lower one is simply taken', async () => {
    const { productId, variantId, sku } = await stockProduct(runtime, { eur: 1000 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const reprice = (amount: number) =>
      updateProduct(staffCtx(runtime), {
        productId,
        variants: [{ id: variantId, sku, prices: [{ amount, currency: 'EUR' }] }],
      });
    await reprice(1200);
    await refused(() => placeOrder(ctx, checkoutInput(shop, cart)), 'price_changed');
    await refused(() => placeOrder(ctx, checkoutInput(shop, cart, { expectedTotal: 1490 })), 'total_changed', {
      total: { amount: 1690, currency: 'EUR' },
      expectedTotal: 1490,
    });
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart, { expectedTotal: 1690 }));
    expect(order.totals.total.amount).toBe(1690);
    const other = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    await reprice(800);
    const cheaper = await placeOrder(other.ctx, checkoutInput(shop, other.cart));
    expect(cheaper.order.totals.subtotal.amount).toBe(800);
  });
});
