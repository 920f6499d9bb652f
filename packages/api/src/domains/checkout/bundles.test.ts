import { inventory, orders } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOf, digitalProduct } from '../../testing/bundle-factories.ts';
import {
  addItem,
  cancelOrder,
  fulfillOrder,
  getCart,
  listShippingMethods,
  placeOrder,
  setStock,
  updateItem,
  updateProduct,
} from '../../testing/calls.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { ADDRESS, checkoutInput, guestCart, openShop, type Shop, staffCtx, stockProduct } from '../../testing/shop.ts';
import { findAdminProduct, findProduct } from '../catalog/index.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

const stockOf = async (productId: string) => {
  const product = await findAdminProduct(runtime.db, { productId });
  const [level] = product.variants[0]?.stock ?? [];
  return level && { onHand: level.onHand, reserved: level.reserved };
};

/** Four cups and a pot; eleven cups, three pots. */
async function teaSet() {
  const cup = await stockProduct(runtime, { stock: 11, eur: 500 });
  const pot = await stockProduct(runtime, { stock: 3, eur: 1500 });
  const set = await bundleOf(runtime, [
    { variantId: cup.variantId, quantity: 4 },
    { variantId: pot.variantId, quantity: 1 },
  ]);
  return { cup, pot, set };
}

describe('a bundle', () => {
  test('has as many units as its scarcest component allows', async () => {
    const { set, pot } = await teaSet();
    const read = () => findProduct(makeCtx(runtime), { slug: set.slug, currency: 'EUR' });
    expect((await read()).variants[0]).toMatchObject({
      available: 2,
      stockTracked: true,
      components: [{ quantity: 4 }, { variantId: pot.variantId, sku: pot.sku, quantity: 1 }],
    });
    await setStock(staffCtx(runtime), { variantId: pot.variantId, onHand: 1 });
    expect((await read()).variants[0]?.available).toBe(1);
  });

  test('and its component are added up before a cart takes either', async () => {
    const { set, cup } = await teaSet();
    const { cart, ctx } = await guestCart(runtime, [{ variantId: set.variantId, quantity: 2 }]);
    const cups = (quantity: number) => addItem(ctx, { cartId: cart.id, variantId: cup.variantId, quantity });
    await expect(cups(4)).rejects.toMatchObject({
      code: 'insufficient_stock',
      details: { lines: [{ variantId: cup.variantId, requested: 4, available: 3 }] },
    });
    expect((await getCart(ctx, { cartId: cart.id })).items).toHaveLength(1);
    runtime.takeStatements();
    const full = await cups(3);
    expect(runtime.takeStatements()).toHaveLength(5);
    expect(full.items.map(({ problems }) => problems)).toEqual([[], []]);
    const itemId = full.items[0]?.id ?? '';
    await expect(updateItem(ctx, { cartId: cart.id, itemId, quantity: 3 })).rejects.toMatchObject({
      details: { lines: [{ variantId: set.variantId, requested: 3, available: 2 }] },
    });
    const both = guestCart(runtime, [
      { variantId: cup.variantId, quantity: 8 },
      { variantId: set.variantId, quantity: 1 },
    ]);
    await expect(both).rejects.toMatchObject({ code: 'insufficient_stock' });
  });

  test('that has become scarce is a problem of each line that shares what is missing', async () => {
    const { set, cup } = await teaSet();
    const { cart, ctx } = await guestCart(runtime, [
      { variantId: set.variantId, quantity: 2 },
      { variantId: cup.variantId, quantity: 3 },
    ]);
    await setStock(staffCtx(runtime), { variantId: cup.variantId, onHand: 10 });
    const read = await getCart(ctx, { cartId: cart.id });
    expect(read.items.map(({ problems }) => problems)).toEqual([
      [{ code: 'insufficient_stock', available: 1 }],
      [{ code: 'insufficient_stock', available: 2 }],
    ]);
    await expect(placeOrder(ctx, checkoutInput(shop, cart))).rejects.toMatchObject({
      code: 'insufficient_stock',
      details: {
        lines: [
          { itemId: read.items[0]?.id, variantId: set.variantId, requested: 2, available: 1 },
          { itemId: read.items[1]?.id, variantId: cup.variantId, requested: 3, available: 2 },
        ],
      },
    });
    expect(await stockOf(cup.productId)).toEqual({ onHand: 10, reserved: 0 });
  });

  test('is ordered as one line with its price, and takes its components from stock', async () => {
    const { set, cup, pot } = await teaSet();
    const { cart, ctx } = await guestCart(runtime, [
      { variantId: set.variantId, quantity: 2 },
      { variantId: cup.variantId, quantity: 3 },
    ]);
    runtime.takeStatements();
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
    expect(runtime.takeStatements().length).toBeLessThanOrEqual(12);
    expect(order.items[0]).toMatchObject({
      variantId: set.variantId,
      quantity: 2,
      unitPrice: { amount: 2990, currency: 'EUR' },
      components: [
        { variantId: cup.variantId, sku: cup.sku, quantity: 4 },
        { variantId: pot.variantId, sku: pot.sku, quantity: 1 },
      ],
    });
    expect(order.items[1]?.components).toEqual([]);
    expect(await stockOf(cup.productId)).toEqual({ onHand: 11, reserved: 11 });
    expect(await stockOf(pot.productId)).toEqual({ onHand: 3, reserved: 2 });

    // What the bundle is made of later is not what was ordered.
    await updateProduct(staffCtx(runtime), {
      productId: set.productId,
      variants: [{ id: set.variantId, components: [{ variantId: pot.variantId, quantity: 1 }] }],
    });
    // So a payment that comes too late takes what was ordered, each variant once.
    const units = await orders.listOrderUnits(runtime.db, { orderId: order.id });
    expect(new Map(units.map(({ variantId, quantity }) => [variantId, quantity]))).toEqual(
      new Map([
        [cup.variantId, 11],
        [pot.variantId, 2],
      ]),
    );
    const shipped = await fulfillOrder(staffCtx(runtime), { orderId: order.id });
    expect(shipped.items[0]?.components).toHaveLength(2);
    expect(await stockOf(cup.productId)).toEqual({ onHand: 0, reserved: 0 });
    expect(await stockOf(pot.productId)).toEqual({ onHand: 1, reserved: 0 });
    const [movement] = await inventory.listStockMovements(runtime.db, { variantId: cup.variantId, limit: 1 });
    expect(movement).toMatchObject({ delta: -11, reason: 'shipment', orderId: order.id });
  });

  test('that is cancelled gives its components back', async () => {
    const { set, cup, pot } = await teaSet();
    const { cart, ctx } = await guestCart(runtime, [{ variantId: set.variantId, quantity: 2 }]);
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
    expect(await stockOf(cup.productId)).toEqual({ onHand: 11, reserved: 8 });
    await cancelOrder(staffCtx(runtime), { orderId: order.id });
    expect(await stockOf(cup.productId)).toEqual({ onHand: 11, reserved: 0 });
    expect(await stockOf(pot.productId)).toEqual({ onHand: 3, reserved: 0 });
  });

  test('has no stock of its own to be set, and cannot be sold while it is made of nothing', async () => {
    const { set } = await teaSet();
    await expect(setStock(staffCtx(runtime), { variantId: set.variantId, onHand: 5 })).rejects.toMatchObject({
      code: 'bundle_has_no_stock',
    });
    const variants = [{ id: set.variantId, components: [] }];
    await updateProduct(staffCtx(runtime), { productId: set.productId, variants });
    const attempt = guestCart(runtime, [{ variantId: set.variantId, quantity: 1 }]);
    await expect(attempt).rejects.toMatchObject({ code: 'variant_not_found' });
  });
});

describe('digital goods', () => {
  test('never run out and are ordered without shipping, taxed by the billing address', async () => {
    const { variantId, slug } = await digitalProduct(runtime, 1190);
    const shown = await findProduct(makeCtx(runtime), { slug, currency: 'EUR' });
    expect(shown).toMatchObject({ kind: 'digital', variants: [{ available: 1_000_000, stockTracked: false }] });
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 700 }]);
    expect(cart.requiresShipping).toBe(false);
    expect(await listShippingMethods(ctx, { cartId: cart.id, country: 'DE' })).toEqual({ items: [] });
    const { shippingAddress, shippingMethodId, ...input } = checkoutInput(shop, cart);
    await expect(placeOrder(ctx, input)).rejects.toMatchObject({ code: 'address_required' });
    const { order } = await placeOrder(ctx, { ...input, billingAddress: ADDRESS });
    expect(order).toMatchObject({
      status: 'confirmed',
      shippingMethod: null,
      billingAddress: ADDRESS,
      totals: { shipping: { amount: 0 }, total: { amount: 833_000 }, tax: { amount: 133_000 } },
    });
    expect(await orders.listOrderUnits(runtime.db, { orderId: order.id })).toEqual([]);
    const done = await fulfillOrder(staffCtx(runtime), { orderId: order.id });
    expect(done).toMatchObject({ status: 'completed', fulfillmentStatus: 'fulfilled' });
  });

  test('with something that is shipped need what shipping needs, and nothing is ordered without', async () => {
    const ebook = await digitalProduct(runtime);
    const book = await stockProduct(runtime, { stock: 2 });
    const { cart, ctx } = await guestCart(runtime, [
      { variantId: ebook.variantId, quantity: 1 },
      { variantId: book.variantId, quantity: 1 },
    ]);
    expect(cart.requiresShipping).toBe(true);
    const { shippingMethodId, ...input } = checkoutInput(shop, cart);
    await expect(placeOrder(ctx, input)).rejects.toMatchObject({ code: 'shipping_details_required' });
    const { shippingAddress, ...noAddress } = checkoutInput(shop, cart);
    const billed = placeOrder(ctx, { ...noAddress, billingAddress: ADDRESS });
    await expect(billed).rejects.toMatchObject({ code: 'shipping_details_required' });
    expect(await stockOf(book.productId)).toEqual({ onHand: 2, reserved: 0 });
    expect((await getCart(ctx, { cartId: cart.id })).status).toBe('open');
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart));
    expect(order.shippingMethod?.id).toBe(shop.standardShippingId);
    expect(await stockOf(book.productId)).toEqual({ onHand: 2, reserved: 1 });
  });

  test('in a bundle do not make it scarce; a bundle of them alone is not shipped', async () => {
    const ebook = await digitalProduct(runtime);
    const book = await stockProduct(runtime, { stock: 2 });
    const both = await bundleOf(runtime, [
      { variantId: ebook.variantId, quantity: 1 },
      { variantId: book.variantId, quantity: 1 },
    ]);
    const { cart } = await guestCart(runtime, [{ variantId: both.variantId, quantity: 2 }]);
    expect(cart).toMatchObject({ requiresShipping: true, items: [{ available: 2 }] });
    const alone = await bundleOf(runtime, [{ variantId: ebook.variantId, quantity: 2 }]);
    expect((await guestCart(runtime, [{ variantId: alone.variantId, quantity: 9 }])).cart).toMatchObject({
      requiresShipping: false,
      items: [{ available: 1_000_000, problems: [] }],
    });
  });

  test('whose stock is tracked run out', async () => {
    const { productId, variantId } = await digitalProduct(runtime);
    await updateProduct(staffCtx(runtime), { productId, variants: [{ id: variantId, trackStock: true }] });
    await setStock(staffCtx(runtime), { variantId, onHand: 1 });
    await expect(guestCart(runtime, [{ variantId, quantity: 2 }])).rejects.toMatchObject({
      code: 'insufficient_stock',
      details: { lines: [{ variantId, requested: 2, available: 1 }] },
    });
  });
});
