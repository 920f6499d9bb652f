import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addItem, getCart, placeOrder } from '../testing/calls.ts';
import { makeCtx } from '../testing/index.ts';
import { checkoutInput, guestCart, stockProduct } from '../testing/shop.ts';
import { openStripeShop, type StripeShop } from '../testing/stripe-shop.ts';
import { query } from '../testing/tell-outbox.ts';

let store: StripeShop;
beforeAll(async () => {
  store = await openStripeShop();
});
afterAll(() => store.dispose());

const withKey = async (stock = 50) => {
  const { variantId } = await stockProduct(store.runtime, { stock });
  const { cart, ctx } = await guestCart(store.runtime, [{ variantId, quantity: 1 }]);
  const idempotencyKey = store.runtime.ids.uuid(store.runtime.clock.now());
  return { variantId, cart, ctx: { ...ctx, idempotencyKey } };
};

describe('Idempotency-Key', () => {
  test('gives the first answer again, dates and all, and does nothing', async () => {
    const { cart, ctx, variantId } = await withKey();
    const input = { cartId: cart.id, variantId, quantity: 1 };
    const first = await addItem(ctx, input);
    store.runtime.clock.advance(5);
    const again = await addItem({ ...ctx, now: store.runtime.clock.now() }, input);
    expect(again).toEqual(first);
    expect(again.updatedAt).toBeInstanceOf(Date);
    expect((await getCart(ctx, { cartId: cart.id })).items[0]?.quantity).toBe(2);
  });

  test('with another body is refused and does nothing', async () => {
    const { cart, ctx, variantId } = await withKey();
    await addItem(ctx, { cartId: cart.id, variantId, quantity: 1 });
    const other = addItem(ctx, { cartId: cart.id, variantId, quantity: 2 });
    await expect(other).rejects.toMatchObject({ code: 'idempotency_key_reused', kind: 'rule_violated' });
    expect((await getCart(ctx, { cartId: cart.id })).items[0]?.quantity).toBe(2);
  });

  test('used 40 times at once runs once; the others get that answer or are told to wait', async () => {
    const { cart, ctx, variantId } = await withKey();
    const input = { cartId: cart.id, variantId, quantity: 1 };
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => addItem(ctx, input)));
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [JSON.stringify(result.value)] : []));
    expect(new Set(answers).size).toBe(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'idempotency_in_flight' });
    }
    expect((await getCart(ctx, { cartId: cart.id })).items[0]?.quantity).toBe(2);
  });

  test('of another caller is another key', async () => {
    const { cart, ctx, variantId } = await withKey();
    const other = await guestCart(store.runtime, []);
    await addItem(ctx, { cartId: cart.id, variantId, quantity: 1 });
    const theirs = { ...other.ctx, idempotencyKey: ctx.idempotencyKey };
    const answer = await addItem(theirs, { cartId: other.cart.id, variantId, quantity: 1 });
    expect(answer.id).toBe(other.cart.id);
  });

  test('keeps no capability in clear', async () => {
    const { cart, ctx } = await withKey();
    const { orderToken } = await placeOrder(ctx, checkoutInput(store.shop, cart));
    const [row] = await query<{ response: string }>(
      store.runtime,
      'select response from idempotency_keys where key = $1',
      [ctx.idempotencyKey],
    );
    expect(row?.response).not.toContain(orderToken);
    expect((await placeOrder(ctx, checkoutInput(store.shop, cart))).orderToken).toBe(orderToken);
  });

  test('does not mind the order of fields, and refuses what is no JSON', async () => {
    const { cart, ctx, variantId } = await withKey();
    const first = await addItem(ctx, { cartId: cart.id, variantId, quantity: 1 });
    expect(await addItem(ctx, { quantity: 1, variantId, cartId: cart.id })).toEqual(first);
    const odd = { cartId: cart.id, variantId, quantity: 1n } as unknown as {
      cartId: string;
      variantId: string;
      quantity: number;
    };
    await expect(addItem(ctx, odd)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('keeps a decline, so that a repetition charges nothing', async () => {
    const { cart, ctx } = await withKey();
    const payment = { provider: 'stripe', paymentMethodId: 'pm_card_chargeDeclined' } as const;
    const input = checkoutInput(store.shop, cart, { payment });
    const refusal = async () => placeOrder(ctx, input).catch((error: unknown) => error);
    const first = await refusal();
    expect(first).toMatchObject({ code: 'payment_declined' });
    const intents = store.simulator.ledger.paymentIntents().length;
    const again = await refusal();
    expect(again).toMatchObject({ code: 'payment_declined', details: (first as { details: object }).details });
    expect(store.simulator.ledger.paymentIntents()).toHaveLength(intents);
  });

  test('is free again after a request that had no effect', async () => {
    const { cart, ctx } = await withKey();
    const bad = checkoutInput(store.shop, cart, { email: 'not an address' });
    await expect(placeOrder(ctx, bad)).rejects.toThrow();
    const good = await placeOrder(ctx, checkoutInput(store.shop, cart));
    expect(good.order.status).toBe('confirmed');
  });

  test('left by a process that died is taken over after its lease', async () => {
    const { cart, ctx, variantId } = await withKey();
    const input = { cartId: cart.id, variantId, quantity: 1 };
    await addItem(ctx, input);
    await query(store.runtime, 'update idempotency_keys set response = null where key = $1', [ctx.idempotencyKey]);
    await expect(addItem(ctx, input)).rejects.toMatchObject({ code: 'idempotency_in_flight', kind: 'conflict' });
    store.runtime.clock.advance(61);
    const later = { ...makeCtx(store.runtime, { cartToken: ctx.cartToken }), idempotencyKey: ctx.idempotencyKey };
    expect((await addItem(later, input)).items[0]?.quantity).toBe(3);
  });

  test('must be visible ASCII of at most 255 characters', async () => {
    const { cart, ctx, variantId } = await withKey();
    for (const idempotencyKey of ['', 'ü', 'a b', 'x'.repeat(256)]) {
      const attempt = addItem({ ...ctx, idempotencyKey }, { cartId: cart.id, variantId, quantity: 1 });
      await expect(attempt).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });
});
