import type autocannon from 'autocannon';
import type { Bench } from '../bench.ts';
import { load } from '../load.ts';

export const CONNECTIONS = 8;

export const ADDRESS = {
  firstName: 'Ada',
  lastName: 'Bench',
  line1: 'Speicherstr. 1',
  city: 'Hamburg',
  postalCode: '20457',
  country: 'DE',
};

export const PAYMENTS = {
  manual: { provider: 'manual' },
  stripe: { provider: 'stripe', paymentMethodId: 'pm_card_visa' },
} as const;

/** What one connection knows of the purchase at hand; it starts empty with each. */
interface Purchase {
  cart?: { id: string; token: string };
  shippingMethodId?: string;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** The three requests of a guest who knows what to buy. */
function purchaseRequests(
  samples: Bench['samples'],
  { payment, onOrder }: { payment: (typeof PAYMENTS)[keyof typeof PAYMENTS]; onOrder: () => void },
): autocannon.Request[] {
  let n = 0;
  return [
    {
      method: 'POST',
      path: '/v1/carts',
      setupRequest(request) {
        const variantId = samples.variantIds[n % samples.variantIds.length];
        n += 1;
        const body = JSON.stringify({ currency: 'USD', items: [{ variantId, quantity: 1 }] });
        return { ...request, headers: JSON_HEADERS, body };
      },
      onResponse(_status, body, context) {
        (context as Purchase).cart = JSON.parse(body);
      },
    },
    {
      method: 'GET',
      setupRequest(request, context) {
        const { cart } = context as Purchase;
        const path = `/v1/shipping-methods?cartId=${cart?.id}&country=${ADDRESS.country}`;
        return { ...request, path, headers: { 'cart-token': cart?.token ?? '' } };
      },
      onResponse(_status, body, context) {
        (context as Purchase).shippingMethodId = JSON.parse(body).items[0].id;
      },
    },
    {
      method: 'POST',
      path: '/v1/checkouts',
      onResponse: onOrder,
      setupRequest(request, context) {
        const { cart, shippingMethodId } = context as Purchase;
        const order = {
          cartId: cart?.id,
          email: 'guest@example.com',
          shippingAddress: ADDRESS,
          shippingMethodId,
          payment,
        };
        return {
          ...request,
          headers: { ...JSON_HEADERS, 'cart-token': cart?.token ?? '' },
          body: JSON.stringify(order),
        };
      },
    },
  ];
}

/**
 * Buys `count` times; answers the seconds until the last answer. autocannon itself notices the end of a given amount
 * only at its next sample, up to a second later.
 */
export async function buy(
  { samples, store }: Bench,
  { count, payment }: { count: number; payment: keyof typeof PAYMENTS },
): Promise<number> {
  const startedAt = performance.now();
  let lastAnswerAt = startedAt;
  const onOrder = (): void => {
    lastAnswerAt = performance.now();
  };
  const requests = purchaseRequests(samples, { payment: PAYMENTS[payment], onOrder });
  await load({ url: store.url, connections: CONNECTIONS, amount: count * requests.length, requests });
  return (lastAnswerAt - startedAt) / 1000;
}
