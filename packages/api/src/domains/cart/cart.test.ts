import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addItem, createCart, getCart, removeItem, updateItem, updateProduct } from '../../testing/calls.ts';
import { customer, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { guestCart, openShop, staffCtx, stockProduct } from '../../testing/shop.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await openShop(runtime);
});
afterAll(() => runtime.dispose());

describe('createCart', () => {
  test('gives a guest a token and counts lines of one variant together', async () => {
    const { variantId } = await stockProduct(runtime, { eur: 1190 });
    const { cart } = await guestCart(runtime, [
      { variantId, quantity: 1 },
      { variantId, quantity: 2 },
    ]);
    expect(cart.token).toMatch(/^[\w-]{43}$/);
    expect(cart.items).toHaveLength(1);
    expect(cart.items[0]).toMatchObject({ quantity: 3, unitPrice: { amount: 1190, currency: 'EUR' }, problems: [] });
    expect(cart.totals).toEqual({
      subtotal: { amount: 3570, currency: 'EUR' },
      discount: { amount: 0, currency: 'EUR' },
      shipping: { amount: 0, currency: 'EUR' },
      tax: { amount: 570, currency: 'EUR' },
      total: { amount: 3570, currency: 'EUR' },
      pricesIncludeTax: true,
    });
  });

  test('adds tax on top where prices do not include it', async () => {
    const { variantId } = await stockProduct(runtime, { usd: 999, taxClass: 'reduced' });
    const { cart } = await guestCart(runtime, [{ variantId, quantity: 1 }], 'USD');
    expect(cart.totals.tax.amount).toBe(70);
    expect(cart.totals.total).toEqual({ amount: 1069, currency: 'USD' });
  });

  test('refuses a currency the store does not sell in, and makes no cart', async () => {
    const { variantId } = await stockProduct(runtime);
    for (const items of [[], [{ variantId, quantity: 1 }]]) {
      const attempt = createCart(makeCtx(runtime), { currency: 'XXX', items });
      await expect(attempt).rejects.toMatchObject({ code: 'currency_unknown' });
    }
  });

  test('refuses a variant without a price in the currency, naming it', async () => {
    const { variantId } = await stockProduct(runtime, { eur: 100 });
    await expect(guestCart(runtime, [{ variantId, quantity: 1 }], 'USD')).rejects.toMatchObject({
      code: 'price_unavailable',
      details: { variantId },
    });
  });

  test('refuses more than is in stock, saying how much there is', async () => {
    const { variantId } = await stockProduct(runtime, { stock: 2 });
    await expect(guestCart(runtime, [{ variantId, quantity: 3 }])).rejects.toMatchObject({
      code: 'insufficient_stock',
      details: { lines: [{ variantId, requested: 3, available: 2 }] },
    });
  });

  test('refuses a draft like a variant that does not exist', async () => {
    const { productId, variantId } = await stockProduct(runtime);
    await updateProduct(staffCtx(runtime), { productId, status: 'draft' });
    const draft = guestCart(runtime, [{ variantId, quantity: 1 }]);
    await expect(draft).rejects.toMatchObject({ code: 'variant_not_found', kind: 'not_found' });
    const unknown = guestCart(runtime, [{ variantId: '00000000-0000-7000-8000-000000000001', quantity: 1 }]);
    await expect(unknown).rejects.toMatchObject({ code: 'variant_not_found', kind: 'not_found' });
  });
});

describe('ownership', () => {
  test('a bare id, an empty token, another token and a stranger see no cart', async () => {
    const { cart } = await guestCart(runtime, []);
    const stranger = customer('00000000-0000-7000-8000-000000000002');
    for (const ctx of [
      makeCtx(runtime),
      makeCtx(runtime, { cartToken: '' }),
      makeCtx(runtime, { cartToken: 'x'.repeat(43) }),
      makeCtx(runtime, { actor: stranger }),
    ]) {
      await expect(getCart(ctx, { cartId: cart.id })).rejects.toMatchObject({ code: 'cart_not_found' });
    }
  });

  test('a stranger cannot change a cart and its version stays', async () => {
    const { cart, ctx } = await guestCart(runtime, []);
    const { variantId } = await stockProduct(runtime);
    const attempt = addItem(makeCtx(runtime), { cartId: cart.id, variantId, quantity: 1 });
    await expect(attempt).rejects.toMatchObject({ code: 'cart_not_found' });
    expect(await getCart(ctx, { cartId: cart.id })).toMatchObject({ version: 1, items: [] });
  });
});

describe('lines', () => {
  let variantId: string;
  beforeEach(async () => {
    ({ variantId } = await stockProduct(runtime, { stock: 5 }));
  });

  test('adding takes at most five statements, whatever is there', async () => {
    const { cart, ctx } = await guestCart(runtime, []);
    runtime.takeStatements();
    await addItem(ctx, { cartId: cart.id, variantId, quantity: 1 });
    expect(runtime.takeStatements()).toHaveLength(5);
    await addItem(ctx, { cartId: cart.id, variantId, quantity: 1 });
    expect(runtime.takeStatements()).toHaveLength(5);
  });

  test('adding counts the units that are there already', async () => {
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 3 }]);
    const attempt = addItem(ctx, { cartId: cart.id, variantId, quantity: 3 });
    await expect(attempt).rejects.toMatchObject({ code: 'insufficient_stock' });
    const after = await addItem(ctx, { cartId: cart.id, variantId, quantity: 2 });
    expect(after.items[0]).toMatchObject({ quantity: 5 });
    expect(after.version).toBe(2);
  });

  test('changing a line to zero removes it; a line that is not there is refused', async () => {
    const { cart, ctx } = await guestCart(runtime, [{ variantId, quantity: 3 }]);
    const itemId = cart.items[0]?.id ?? '';
    const changed = await updateItem(ctx, { cartId: cart.id, itemId, quantity: 4 });
    expect(changed.items[0]?.quantity).toBe(4);
    await expect(updateItem(ctx, { cartId: cart.id, itemId, quantity: 6 })).rejects.toMatchObject({
      code: 'insufficient_stock',
    });
    const empty = await updateItem(ctx, { cartId: cart.id, itemId, quantity: 0 });
    expect(empty.items).toEqual([]);
    await expect(removeItem(ctx, { cartId: cart.id, itemId })).rejects.toMatchObject({ code: 'cart_item_not_found' });
    await expect(updateItem(ctx, { cartId: cart.id, itemId, quantity: 1 })).rejects.toMatchObject({
      code: 'cart_item_not_found',
    });
  });

  test('a line of another cart is not reachable through one’s own', async () => {
    const other = await guestCart(runtime, [{ variantId, quantity: 1 }]);
    const { cart, ctx } = await guestCart(runtime, []);
    const itemId = other.cart.items[0]?.id ?? '';
    await expect(removeItem(ctx, { cartId: cart.id, itemId })).rejects.toMatchObject({ code: 'cart_item_not_found' });
    expect((await getCart(other.ctx, { cartId: other.cart.id })).items).toHaveLength(1);
  });

  test('reading tells what has changed since the line was written', async () => {
    const { productId, variantId: id, sku } = await stockProduct(runtime, { eur: 1000 });
    const { cart, ctx } = await guestCart(runtime, [{ variantId: id, quantity: 1 }]);
    await updateProduct(staffCtx(runtime), {
      productId,
      variants: [{ id, sku, prices: [{ amount: 1500, currency: 'EUR' }] }],
    });
    const after = await getCart(ctx, { cartId: cart.id });
    expect(after.items[0]?.problems).toEqual([
      { code: 'price_changed', was: { amount: 1000, currency: 'EUR' }, now: { amount: 1500, currency: 'EUR' } },
    ]);
    expect(after.totals.total.amount).toBe(1500);
    await updateProduct(staffCtx(runtime), { productId, status: 'archived' });
    expect((await getCart(ctx, { cartId: cart.id })).items[0]?.problems).toEqual([{ code: 'not_for_sale' }]);
  });

  test('never hold more units than the database takes, and never a total that cannot be counted', async () => {
    const { variantId: id } = await stockProduct(runtime, { stock: 50_000, eur: 1_000_000_000_000 });
    const { cart, ctx } = await guestCart(runtime, []);
    await addItem(ctx, { cartId: cart.id, variantId: id, quantity: 9_000 });
    const tooMany = addItem(ctx, { cartId: cart.id, variantId: id, quantity: 1_001 });
    await expect(tooMany).rejects.toMatchObject({ code: 'cart_too_large' });
    const uncountable = addItem(ctx, { cartId: cart.id, variantId: id, quantity: 1_000 });
    await expect(uncountable).rejects.toMatchObject({ code: 'amount_out_of_range' });
    expect((await getCart(ctx, { cartId: cart.id })).items[0]?.quantity).toBe(9_000);
  });

  test('are found by an id in upper case too', async () => {
    const { cart, ctx } = await guestCart(runtime, []);
    const upper = { cartId: cart.id.toUpperCase(), variantId: variantId.toUpperCase(), quantity: 1 };
    expect((await addItem(ctx, upper)).items[0]?.variantId).toBe(variantId);
  });

  test('50 parallel additions of one variant end as one line with every unit', async () => {
    const { variantId: id } = await stockProduct(runtime, { stock: 100 });
    const { cart, ctx } = await guestCart(runtime, []);
    await Promise.all(Array.from({ length: 50 }, () => addItem(ctx, { cartId: cart.id, variantId: id, quantity: 1 })));
    const after = await getCart(ctx, { cartId: cart.id });
    expect(after.items).toHaveLength(1);
    expect(after.items[0]?.quantity).toBe(50);
    expect(after.version).toBe(51);
  });
});
