import { administrator, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { fillStore, STAFF_ID } from './filled-store.ts';

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let variantId: string;
let shippingMethodId: string;

const staff = { authorization: 'Bearer staff' };

beforeAll(async () => {
  runtime = await makeTestRuntime();
  const verify = async () => administrator(STAFF_ID);
  app = createApp({ ...runtime, accessTokens: { ...runtime.accessTokens, verify } });
  const { known } = await fillStore(app, runtime);
  variantId = String(known['variantId']);
  shippingMethodId = String(known['shippingMethodId']);
});
afterAll(() => runtime.dispose());

const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
  const init = { method, headers: { 'content-type': 'application/json', ...headers } };
  const response = await app.request(path, body ? { ...init, body: JSON.stringify(body) } : init);
  return JSON.parse(await response.text());
};
const available = async (headers?: Record<string, string>) =>
  (await send('GET', '/v1/products/kettle', undefined, headers)).variants[0].available as number;
const setStock = (onHand: number) => send('PUT', `/v1/admin/variants/${variantId}/stock`, { onHand }, staff);

test('an answer is given again without a statement, for a second at most', async () => {
  const first = await available();
  runtime.takeStatements();
  expect(await available()).toBe(first);
  expect(runtime.takeStatements()).toEqual([]);
  runtime.clock.advance(1);
  expect(await available()).toBe(first);
  expect(runtime.takeStatements().length).toBeGreaterThan(0);
});

test('a change through this process is in the very next answer', async () => {
  await setStock(500);
  const before = await available();
  await setStock(600);
  expect(await available()).toBe(before + 100);

  const cart = await send('POST', '/v1/carts', { currency: 'EUR', items: [{ variantId, quantity: 7 }] });
  expect(await available()).toBe(before + 100);
  const address = { firstName: 'A', lastName: 'B', line1: 'x', city: 'Berlin', postalCode: '10115', country: 'DE' };
  const payment = { provider: 'manual' };
  const checkout = { cartId: cart.id, email: 'a@example.com', shippingAddress: address, shippingMethodId, payment };
  await send('POST', '/v1/checkouts', checkout, { 'cart-token': cart.token });
  expect(await available()).toBe(before + 93);
});

test('a shopper with a session, another query and an error are never given a kept answer', async () => {
  await available();
  runtime.takeStatements();
  await available(staff);
  expect(runtime.takeStatements().length).toBeGreaterThan(0);
  expect((await send('GET', '/v1/products/kettle?currency=USD')).code).toBe('currency_unknown');
  await setStock(800);
  expect((await send('GET', '/v1/products/kettle?currency=USD')).code).toBe('currency_unknown');
});
