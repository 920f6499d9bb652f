import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cancelOrder, completeCheckout, getAnyOrder, getCart, placeOrder, updateItem } from '../../testing/calls.ts';
import { makeCtx } from '../../testing/index.ts';
import { checkoutInput, guestCart, staffCtx, stockProduct } from '../../testing/shop.ts';
import { openStripeShop, type StripeShop, WEBHOOK_SECRET } from '../../testing/stripe-shop.ts';
import { query } from '../../testing/tell-outbox.ts';
import { orderToken } from '../order/index.ts';
import { createPaymentProviders } from './create-providers.ts';
import {
  applyResult,
  ProviderUnavailableError,
  receiveStripeEvent,
  releaseExpired,
  resolveOpenPayments,
} from './index.ts';

let store: StripeShop;
beforeAll(async () => {
  store = await openStripeShop();
});
afterAll(() => store.dispose());
afterEach(() => store.simulator.setFaults({}));

const card = (paymentMethodId: string) => ({ payment: { provider: 'stripe' as const, paymentMethodId } });

async function purchase(paymentMethodId = 'pm_card_visa', stock = 5) {
  const { variantId } = await stockProduct(store.runtime, { eur: 1190, stock });
  const { cart, ctx } = await guestCart(store.runtime, [{ variantId, quantity: 1 }]);
  const input = checkoutInput(store.shop, cart, card(paymentMethodId));
  return { variantId, cart, ctx, input };
}

const stockOf = async (variantId: string) =>
  (await query(store.runtime, 'select on_hand, reserved from stock_levels where variant_id = $1', [variantId]))[0];

const staffView = (orderId: string) => getAnyOrder(staffCtx(store.runtime), { orderId });

const stripeConfig = () => {
  const { stripe } = store.runtime.config;
  if (!stripe) throw new Error('The shop has no Stripe');
  return stripe;
};

const orderTokenOf = (orderId: string) => orderToken(store.runtime.config.authSecret, orderId);

const intentsOf = (orderId: string) =>
  store.simulator.ledger.paymentIntents().filter((intent) => intent.metadata['order_id'] === orderId);

const orderOf = async (cartId: string) =>
  (
    await query<{ id: string; status: string }>(store.runtime, 'select id, status from orders where cart_id = $1', [
      cartId,
    ])
  )[0];

describe('a card', () => {
  test('that is good is captured in the answer, as a test order of the simulator', async () => {
    const { ctx, input, variantId } = await purchase();
    const { order, payment } = await placeOrder(ctx, input);
    expect(payment).toEqual({ status: 'captured' });
    expect(order).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', test: true });
    expect(order.payments).toMatchObject([{ provider: 'stripe', status: 'captured', captured: { amount: 1680 } }]);
    const [intent] = intentsOf(order.id);
    expect(intent).toMatchObject({ amount: 1680, currency: 'eur', status: 'succeeded' });
    expect(intent?.metadata['attempt_id']).toBe(order.payments[0]?.id);
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 1 });
  });

  test('that is declined is 402, leaves the cart open and its units free; the next one pays the same order', async () => {
    const { ctx, cart, input, variantId } = await purchase('pm_card_chargeDeclined');
    const declined = placeOrder(ctx, input);
    await expect(declined).rejects.toMatchObject({
      code: 'payment_declined',
      kind: 'payment_declined',
      details: { declineCode: 'generic_decline' },
    });
    const pending = await orderOf(cart.id);
    expect(pending?.status).toBe('pending');
    expect((await getCart(ctx, { cartId: cart.id })).status).toBe('open');
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 0 });

    const { order } = await placeOrder(ctx, { ...input, ...card('pm_card_visa') });
    expect(order.id).toBe(pending?.id);
    expect(order.payments.map(({ status }) => status)).toEqual(['failed', 'captured']);
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 1 });
  });

  test('that does not exist fails the attempt with the provider’s code', async () => {
    const { ctx, input } = await purchase('pm_nonsense');
    await expect(placeOrder(ctx, input)).rejects.toMatchObject({ code: 'payment_declined' });
  });

  test('a cart that changed after a decline is taken anew, under the same number', async () => {
    const { ctx, cart, input } = await purchase('pm_card_chargeDeclined');
    await placeOrder(ctx, input).catch(() => undefined);
    const itemId = cart.items[0]?.id ?? '';
    await updateItem(ctx, { cartId: cart.id, itemId, quantity: 3 });
    const { order } = await placeOrder(ctx, { ...input, ...card('pm_card_visa') });
    expect(order.items[0]?.quantity).toBe(3);
    expect(order.totals.total.amount).toBe(4060);
    expect(order.id).toBe((await orderOf(cart.id))?.id);
  });
});

describe('3-D Secure', () => {
  const confirm = async (clientSecret: string | undefined) => {
    const id = clientSecret?.split('_secret')[0] ?? '';
    await fetch(`${store.simulator.url}/3ds/${id}`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'complete' }),
    });
    return store.stripe.paymentIntents.retrieve(id);
  };

  test('asks the shopper, and the return completes the order; the webhook then changes nothing', async () => {
    const { ctx, input } = await purchase('pm_card_threeDSecure2Required');
    const first = await placeOrder(ctx, input);
    expect(first.payment.status).toBe('requires_action');
    expect(first.payment.clientSecret).toMatch(/^pi_.+_secret_/);
    expect(first.order.status).toBe('pending');
    const again = await placeOrder(ctx, input);
    expect(again.payment).toEqual(first.payment);
    expect(intentsOf(first.order.id)).toHaveLength(1);

    expect((await confirm(first.payment.clientSecret)).status).toBe('succeeded');
    const back = makeCtx(store.runtime, { orderToken: first.orderToken });
    const done = await completeCheckout(back, { orderId: first.order.id });
    expect(done.payment.status).toBe('captured');
    expect(done.order.status).toBe('confirmed');
    await store.deliverEvents();
    expect((await staffView(first.order.id)).version).toBe(done.order.version);
    expect((await completeCheckout(back, { orderId: first.order.id })).order.version).toBe(done.order.version);
  });

  test('the webhook alone completes the order, and a stranger cannot', async () => {
    const { ctx, input } = await purchase('pm_card_threeDSecure2Required');
    const first = await placeOrder(ctx, input);
    await confirm(first.payment.clientSecret);
    const stranger = completeCheckout(makeCtx(store.runtime), { orderId: first.order.id });
    await expect(stranger).rejects.toMatchObject({ code: 'order_not_found' });
    await store.deliverEvents();
    expect(await staffView(first.order.id)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  test('another way to pay gives the first one up', async () => {
    const { ctx, input } = await purchase('pm_card_threeDSecure2Required');
    const first = await placeOrder(ctx, input);
    const second = await placeOrder(ctx, { ...input, ...card('pm_card_visa') });
    expect(second.order.id).toBe(first.order.id);
    expect(second.payment.status).toBe('captured');
    expect(second.order.payments.map(({ status }) => status)).toEqual(['voided', 'captured']);
    expect(intentsOf(first.order.id).map(({ status }) => status)).toEqual(['canceled', 'succeeded']);
  });
});

describe('an open attempt', () => {
  test('of the same cart but another address, mail or way to ship is given up for a new one', async () => {
    const { ctx, input } = await purchase('pm_card_threeDSecure2Required');
    const first = await placeOrder(ctx, input);
    const moved = { ...input, shippingAddress: { ...input.shippingAddress, line1: 'Andere Straße 2' } };
    const second = await placeOrder(ctx, moved);
    expect(second.order.shippingAddress.line1).toBe('Andere Straße 2');
    const express = { ...moved, shippingMethodId: store.shop.expressShippingId };
    const third = await placeOrder(ctx, express);
    expect(third.order.totals.shipping.amount).toBe(990);
    expect(intentsOf(first.order.id).map(({ status }) => status)).toEqual(['canceled', 'canceled', 'requires_action']);
    await expect(placeOrder(ctx, { ...express, expectedTotal: 1 })).rejects.toMatchObject({ code: 'total_changed' });
  });

  test('that cannot be settled holds up none of the others; a provider that is down is not asked on and on', async () => {
    const bad = await purchase('pm_card_threeDSecure2Required');
    const broken = await placeOrder(bad.ctx, bad.input);
    const good = await purchase('pm_card_threeDSecure2Required');
    const fine = await placeOrder(good.ctx, good.input);
    const id = fine.payment.clientSecret?.split('_secret')[0] ?? '';
    await fetch(`${store.simulator.url}/3ds/${id}`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'complete' }),
    });
    store.runtime.clock.advance(60);
    const asked: string[] = [];
    const failing = (error: Error, orderId?: string) => ({
      get: (name: 'stripe' | 'manual') => {
        const provider = store.runtime.payments.get(name);
        if (!provider) return undefined;
        const find: typeof provider.find = async (attempt) => {
          asked.push(attempt.orderId);
          if (orderId === undefined || attempt.orderId === orderId) throw error;
          return provider.find(attempt);
        };
        return { ...provider, find };
      },
    });
    const ctx = makeCtx(store.runtime);
    await resolveOpenPayments({ ...ctx, payments: failing(new ProviderUnavailableError('down')) });
    expect(asked).toHaveLength(1);
    await resolveOpenPayments({ ...ctx, payments: failing(new Error('odd answer'), broken.order.id) });
    expect(asked).toContain(broken.order.id);
    expect((await staffView(fine.order.id)).status).toBe('confirmed');
    expect((await staffView(broken.order.id)).status).toBe('pending');
  });

  test('with keys that the provider refuses is our fault and says so', async () => {
    const { ctx, input } = await purchase();
    const { payments } = store.runtime;
    const wrong = createPaymentProviders({ stripe: { ...stripeConfig(), secretKey: 'sk_test_wrong' } });
    const failing = placeOrder({ ...ctx, payments: wrong }, input);
    await expect(failing).rejects.toMatchObject({ code: 'payment_provider_unreachable', kind: 'upstream_unavailable' });
    expect((await placeOrder({ ...ctx, payments }, input)).payment.status).toBe('captured');
  });
});

describe('a provider that does not answer', () => {
  test('after doing the work: the attempt is unknown until it is found there', async () => {
    const { ctx, input, cart } = await purchase();
    // Every try of the SDK does the work, or finds it done, and says nothing.
    store.simulator.setFaults({ error500After: 1 });
    const first = await placeOrder(ctx, input);
    expect(first.payment.status).toBe('processing');
    expect(first.order.status).toBe('pending');
    store.simulator.setFaults({});
    store.runtime.clock.advance(40);
    await resolveOpenPayments(makeCtx(store.runtime));
    expect(await orderOf(cart.id)).toMatchObject({ status: 'confirmed' });
    expect(intentsOf(first.order.id)).toHaveLength(1);
  });

  test('before doing it: the attempt fails once it is sure, never started again, and the units are free', async () => {
    const { ctx, input, variantId } = await purchase();
    store.simulator.setFaults({ error500Before: 1 });
    const { order } = await placeOrder(ctx, input);
    store.simulator.setFaults({});
    await resolveOpenPayments(makeCtx(store.runtime));
    expect((await staffView(order.id)).payments[0]?.status).toBe('unknown');
    store.runtime.clock.advance(70);
    await resolveOpenPayments(makeCtx(store.runtime));
    expect((await staffView(order.id)).payments[0]).toMatchObject({ status: 'failed', failureCode: 'not_started' });
    expect(intentsOf(order.id)).toEqual([]);
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 0 });
    const retried = await placeOrder(makeCtx(store.runtime, { cartToken: ctx.cartToken }), input);
    expect(retried.payment.status).toBe('captured');
  });

  test('a process that dies between the two transactions leaves an order that is settled by asking', async () => {
    const { ctx, input, cart } = await purchase();
    const { payments } = store.runtime;
    const died = new Error('killed');
    const dying = {
      ...ctx,
      payments: {
        get: (name: 'stripe' | 'manual') => {
          const provider = payments.get(name);
          if (!provider) return undefined;
          const start: typeof provider.start = async (attempt) => {
            await provider.start(attempt);
            throw died;
          };
          return { ...provider, start };
        },
      },
    };
    await expect(placeOrder(dying, input)).rejects.toThrow();
    expect(await orderOf(cart.id)).toMatchObject({ status: 'pending' });
    store.runtime.clock.advance(45);
    await resolveOpenPayments(makeCtx(store.runtime));
    const order = await orderOf(cart.id);
    expect(order?.status).toBe('confirmed');
    expect(intentsOf(order?.id ?? '')).toHaveLength(1);
  });
});

describe('time', () => {
  test('units of an order that is not paid in time go back, and its attempt is ended at the provider', async () => {
    const { ctx, input, variantId } = await purchase('pm_card_threeDSecure2Required');
    const { order } = await placeOrder(ctx, input);
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 1 });
    store.runtime.clock.advance(1801);
    await releaseExpired(makeCtx(store.runtime));
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 0 });
    expect(intentsOf(order.id)[0]?.status).toBe('canceled');
  });

  test('money that arrives late gets its units where there are some', async () => {
    const { ctx, input, variantId } = await purchase('pm_card_chargeDeclined');
    await placeOrder(ctx, input).catch(() => undefined);
    const [row] = await query<{ id: string; order_id: string }>(
      store.runtime,
      'select id, order_id from payments order by created_at desc, id desc limit 1',
    );
    const late = {
      status: 'captured',
      providerRef: intentsOf(row?.order_id ?? '')[0]?.id ?? '',
      amountMinor: 1680,
      currency: 'EUR',
      attemptId: row?.id ?? '',
    } as const;
    await applyResult(makeCtx(store.runtime), row?.id ?? '', late);
    expect(await staffView(row?.order_id ?? '')).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 1 });
  });

  test('money that arrives when everything is sold goes back, and the order is cancelled', async () => {
    const { ctx, input, variantId } = await purchase('pm_card_threeDSecure2Required', 1);
    const { order, payment } = await placeOrder(ctx, input);
    // The units run out of time while the provider is out of reach, and somebody else buys them.
    await query(store.runtime, `update reservations set state = 'released', expires_at = null where order_id = $1`, [
      order.id,
    ]);
    await query(store.runtime, 'update stock_levels set reserved = 0 where variant_id = $1', [variantId]);
    const other = await guestCart(store.runtime, [{ variantId, quantity: 1 }]);
    await placeOrder(other.ctx, checkoutInput(store.shop, other.cart));
    const id = payment.clientSecret?.split('_secret')[0] ?? '';
    await fetch(`${store.simulator.url}/3ds/${id}`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'complete' }),
    });
    await store.deliverEvents();
    expect((await staffView(order.id)).status).toBe('cancelled');
    await store.tellOutbox();
    expect(await staffView(order.id)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
    expect(store.simulator.ledger.refunds().filter((refund) => refund.payment_intent === id)).toMatchObject([
      { amount: 1680 },
    ]);
    expect(await stockOf(variantId)).toEqual({ on_hand: 1, reserved: 1 });
  });
});

describe('money that its order does not wait for goes back', () => {
  const act = (id: string, action: 'complete' | 'fail') =>
    fetch(`${store.simulator.url}/3ds/${id}`, { method: 'POST', body: new URLSearchParams({ action }) });
  /** An order whose first attempt was refused by the shopper's bank; they still hold its client secret. */
  async function refused() {
    const bought = await purchase('pm_card_threeDSecure2Required', 200);
    const { order, payment } = await placeOrder(bought.ctx, bought.input);
    const id = payment.clientSecret?.split('_secret')[0] ?? '';
    await act(id, 'fail');
    await store.deliverEvents((event) => (event.data.object as { id?: string }).id === id);
    expect((await staffView(order.id)).payments.map(({ status }) => status)).toEqual(['failed']);
    const pay = async () => {
      const card = { payment_method: 'pm_card_visa', return_url: 'https://shop.example/back' };
      const intent = await store.stripe.paymentIntents.confirm(id, card);
      expect(intent.status).toBe('succeeded');
    };
    return { ...bought, order, id, pay };
  }
  const refundsOf = (id: string) => store.simulator.ledger.refunds().filter((refund) => refund.payment_intent === id);

  test('when the cart was changed since and the order costs more', async () => {
    const { ctx, cart, input, order, id, pay } = await refused();
    await updateItem(ctx, { cartId: cart.id, itemId: cart.items[0]?.id ?? '', quantity: 100 });
    await placeOrder(ctx, { ...input, ...card('pm_card_chargeDeclined') }).catch(() => undefined);
    await pay();
    await store.deliverEvents((event) => (event.data.object as { id?: string }).id === id);
    await store.tellOutbox();
    expect(await staffView(order.id)).toMatchObject({ status: 'pending', paymentStatus: 'unpaid' });
    expect(refundsOf(id)).toMatchObject([{ amount: 1680 }]);
  });

  test('when another attempt is open, which then pays the order', async () => {
    const { ctx, input, order, id, pay } = await refused();
    const second = await placeOrder(ctx, input);
    expect(second.payment.status).toBe('requires_action');
    await pay();
    await store.deliverEvents((event) => (event.data.object as { id?: string }).id === id);
    await store.tellOutbox();
    expect(refundsOf(id)).toMatchObject([{ amount: 1680 }]);
    expect((await staffView(order.id)).status).toBe('pending');
    await act(second.payment.clientSecret?.split('_secret')[0] ?? '', 'complete');
    const back = makeCtx(store.runtime, { orderToken: second.orderToken });
    const done = await completeCheckout(back, { orderId: order.id });
    expect(done.payment.status).toBe('captured');
    expect(done.order).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  test('but a shopper who pays in the same form after a refusal has paid, webhook or not', async () => {
    const first = await refused();
    await first.pay();
    const back = makeCtx(store.runtime, { orderToken: orderTokenOf(first.order.id) });
    expect((await completeCheckout(back, { orderId: first.order.id })).payment.status).toBe('captured');
    const second = await refused();
    await second.pay();
    store.runtime.clock.advance(60);
    await resolveOpenPayments(makeCtx(store.runtime));
    expect(await staffView(second.order.id)).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  });

  test('and one who does not is asked no longer once the time is up', async () => {
    const { order, id } = await refused();
    store.runtime.clock.advance(1801);
    await resolveOpenPayments(makeCtx(store.runtime));
    expect(intentsOf(order.id)[0]?.status).toBe('canceled');
    const asked = () => store.simulator.ledger.requests().filter(({ path }) => path.includes(id)).length;
    const before = asked();
    store.runtime.clock.advance(60);
    await resolveOpenPayments(makeCtx(store.runtime));
    expect(asked()).toBe(before);
  });

  test('a late event of an earlier refusal does not take the units of who has paid', async () => {
    const { variantId, order, id, pay } = await refused();
    await pay();
    await store.deliverEvents((event) => event.type === 'payment_intent.payment_failed');
    await store.deliverEvents((event) => (event.data.object as { id?: string }).id === id);
    expect((await staffView(order.id)).status).toBe('confirmed');
    expect(await stockOf(variantId)).toEqual({ on_hand: 200, reserved: 1 });
  });
});

describe('refunds', () => {
  async function cancelledWith(paymentMethodId: string) {
    const { ctx, input } = await purchase(paymentMethodId);
    const { order } = await placeOrder(ctx, input);
    await cancelOrder(staffCtx(store.runtime), { orderId: order.id });
    await store.tellOutbox();
    const status = async () =>
      (
        await query<{ status: string }>(store.runtime, 'select status from refunds where payment_id = $1', [
          order.payments[0]?.id,
        ])
      )[0]?.status;
    return { order, status };
  }

  test('that the bank takes its time for are asked after until they are through', async () => {
    const { order, status } = await cancelledWith('pm_card_pendingRefund');
    expect(await status()).toBe('submitted');
    await store.simulator.flushWebhooks();
    store.runtime.clock.advance(60);
    await resolveOpenPayments(makeCtx(store.runtime));
    expect(await status()).toBe('succeeded');
    expect((await staffView(order.id)).paymentStatus).toBe('refunded');
  });

  test('that bounce are not called succeeded', async () => {
    const { order, status } = await cancelledWith('pm_card_refundFail');
    await store.simulator.flushWebhooks();
    await store.deliverEvents((event) => event.type.startsWith('refund.'));
    expect(await status()).toBe('failed');
    expect((await staffView(order.id)).paymentStatus).toBe('paid');
  });

  test('that staff made by hand before are not made again', async () => {
    const { ctx, input } = await purchase();
    const { order } = await placeOrder(ctx, input);
    const [intent] = intentsOf(order.id);
    await store.stripe.refunds.create({ payment_intent: intent?.id ?? '' });
    await cancelOrder(staffCtx(store.runtime), { orderId: order.id });
    await store.tellOutbox();
    expect((await staffView(order.id)).paymentStatus).toBe('refunded');
  });
});

describe('cancelling', () => {
  test('a paid order gives its units back at once and its money by the worker, once', async () => {
    const { ctx, input, variantId } = await purchase();
    const { order } = await placeOrder(ctx, input);
    const cancelled = await cancelOrder(staffCtx(store.runtime), { orderId: order.id, reason: 'out of print' });
    expect(cancelled.status).toBe('cancelled');
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 0 });
    await store.tellOutbox();
    await store.tellOutbox();
    expect((await staffView(order.id)).paymentStatus).toBe('refunded');
    const [intent] = intentsOf(order.id);
    expect(store.simulator.ledger.refunds().filter((refund) => refund.payment_intent === intent?.id)).toHaveLength(1);
    const mails = store.runtime.mailer.sent.filter(({ text }) => text.includes('cancelled'));
    expect(mails.at(-1)).toMatchObject({ to: 'ada@example.com', subject: `Cancelled: your order ${order.number}` });
  });

  test('an order that waits for the shopper ends its attempt at the provider', async () => {
    const { ctx, input, variantId } = await purchase('pm_card_threeDSecure2Required');
    const { order } = await placeOrder(ctx, input);
    await cancelOrder(staffCtx(store.runtime), { orderId: order.id });
    await store.tellOutbox();
    expect(intentsOf(order.id)[0]?.status).toBe('canceled');
    expect((await staffView(order.id)).payments[0]?.status).toBe('voided');
    expect(await stockOf(variantId)).toEqual({ on_hand: 5, reserved: 0 });
  });
});

describe('events', () => {
  const send = async (event: object, options: { secret?: string; age?: number; tamper?: boolean } = {}) => {
    const payload = JSON.stringify(event);
    const timestamp = Math.floor(store.runtime.clock.now().getTime() / 1000) - (options.age ?? 0);
    const secret = options.secret ?? WEBHOOK_SECRET;
    const signature = store.stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const body = Buffer.from(options.tamper ? payload.replace('"id"', '"iD"') : payload);
    return receiveStripeEvent(makeCtx(store.runtime), { body, signature });
  };
  const inbox = async () => (await query(store.runtime, 'select count(*)::int from inbox'))[0];
  const forged = { id: 'evt_forged', object: 'event', type: 'payment_intent.succeeded', data: { object: {} } };

  test('without a good and fresh signature over the very bytes have no effect', async () => {
    const before = await inbox();
    const invalid = { code: 'webhook_signature_invalid', kind: 'invalid_input' };
    await expect(send(forged, { secret: 'whsec_other' })).rejects.toMatchObject(invalid);
    await expect(send(forged, { age: 301 })).rejects.toMatchObject(invalid);
    await expect(send(forged, { tamper: true })).rejects.toMatchObject(invalid);
    const ctx = makeCtx(store.runtime);
    const body = Buffer.from('not json');
    await expect(receiveStripeEvent(ctx, { body, signature: undefined })).rejects.toMatchObject(invalid);
    await expect(receiveStripeEvent(ctx, { body, signature: 't=1,v1=00' })).rejects.toMatchObject(invalid);
    expect(await inbox()).toEqual(before);
  });

  test('that come three times, in any order, change the order once', async () => {
    const { ctx, input } = await purchase();
    const { order } = await placeOrder(ctx, input);
    const [intent] = intentsOf(order.id);
    const own = (event: Stripe.Event) => (event.data.object as { id?: string }).id === intent?.id;
    for (let i = 0; i < 3; i += 1) await store.deliverEvents(own);
    const after = await staffView(order.id);
    expect(after).toMatchObject({ version: order.version, paymentStatus: 'paid' });
    const rows = await query(store.runtime, `select topic from outbox where aggregate = $1`, [`order:${order.id}`]);
    expect(rows).toEqual([{ topic: 'order.placed' }]);
  });

  test('with a good signature but another amount, currency or intent have no effect', async () => {
    const { ctx, input } = await purchase('pm_card_threeDSecure2Required');
    const { order } = await placeOrder(ctx, input);
    const attemptId = order.payments[0]?.id ?? '';
    const right = {
      status: 'captured',
      providerRef: intentsOf(order.id)[0]?.id ?? '',
      amountMinor: 1680,
      currency: 'EUR',
      attemptId,
    } as const;
    const wrong = [
      { ...right, amountMinor: 1 },
      { ...right, currency: 'USD' },
      { ...right, providerRef: 'pi_other' },
      { ...right, attemptId: order.id },
    ];
    for (const result of wrong) {
      expect(await applyResult(makeCtx(store.runtime), attemptId, result)).toEqual({ outcome: 'mismatch' });
    }
    expect(await staffView(order.id)).toMatchObject({ status: 'pending', version: order.version });
    expect(await applyResult(makeCtx(store.runtime), attemptId, right)).toMatchObject({ outcome: 'applied' });
  });

  test('about payments that are not ours are put aside', async () => {
    const intent = await store.stripe.paymentIntents.create({
      amount: 500,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await store.deliverEvents((event) => (event.data.object as { id?: string }).id === intent.id);
    const rows = await query<{ note: string }>(
      store.runtime,
      `select note from inbox where payload -> 'data' -> 'object' ->> 'id' = $1`,
      [intent.id],
    );
    expect(rows.map(({ note }) => note).sort()).toEqual(['not one of our attempts', 'nothing to apply']);
  });
});
