import type { TestRuntime } from '@cartwright/api/testing';
import { shipping, store, transaction, users } from '@cartwright/db';
import type { createApp } from '../src/index.ts';

export const STAFF_ID = '01a20916-bf14-7f9f-a01b-5916b6346912';

type Json = Record<string, unknown>;

/** Values by the names that parameters and fields have, of things that are there, and what opens the guest's cart. */
export interface FilledStore {
  known: Readonly<Record<string, unknown>>;
  cartToken: string;
}

/** A store with one product in a guest's cart, an order, a customer and a group, all made over REST by staff and a guest. */
export async function fillStore(app: ReturnType<typeof createApp>, runtime: TestRuntime): Promise<FilledStore> {
  const shippingMethodId = await saveSettings(runtime);
  const call = async (method: string, path: string, body: Json, headers: Record<string, string> = {}) => {
    const init = { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const response = await app.request(path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text) as Json;
  };
  const staff = { authorization: 'Bearer staff' };
  const product = await call('POST', '/v1/admin/products', PRODUCT, staff);
  const variantId = idOf(product['variants']);
  await call('PUT', `/v1/admin/variants/${variantId}/stock`, { onHand: 1_000_000 }, staff);
  const newCart = () => call('POST', '/v1/carts', { currency: 'EUR', items: [{ variantId, quantity: 1 }] });
  const [cart, ordered] = [await newCart(), await newCart()];
  const checkout = { ...CHECKOUT, cartId: ordered['id'], shippingMethodId };
  const placed = await call('POST', '/v1/checkouts', checkout, { 'cart-token': String(ordered['token']) });
  const ids = {
    variantId,
    shippingMethodId,
    cartId: cart['id'],
    itemId: idOf(cart['items']),
    productId: product['id'],
  };
  const order = placed['order'] as Json;
  await insertStaff(runtime);
  const address = await call('POST', '/v1/me/addresses', { address: CHECKOUT.shippingAddress }, staff);
  const customer = await call('POST', '/v1/admin/customers', { email: 'ann@example.com' }, staff);
  const group = await call('POST', '/v1/admin/customer-groups', { code: 'vip', name: 'VIP' }, staff);
  const people = { addressId: address['id'], customerId: customer['id'], code: group['code'] };
  const known = { ...ids, ...people, ...VALUES, orderId: order['id'], slug: product['slug'] };
  return { known, cartToken: String(cart['token']) };
}

/** The account of whom every request comes. */
async function insertStaff({ db, clock }: TestRuntime): Promise<void> {
  const user = { id: STAFF_ID, email: 'staff@example.com', name: null, passwordHash: null, emailVerifiedAt: null };
  await transaction(db, (tx) => users.insertUser(tx, { ...user, now: clock.now() }));
}

const PRODUCT = {
  title: 'Kettle',
  status: 'active',
  variants: [{ sku: 'KETTLE', prices: [{ amount: 1900, currency: 'EUR' }] }],
};
const CHECKOUT = {
  email: 'ada@example.com',
  shippingAddress: {
    firstName: 'Ada',
    lastName: 'Lovelace',
    line1: 'Musterstraße 1',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
  payment: { provider: 'manual' },
};
const VALUES = { currency: 'EUR', country: 'DE', provider: 'manual', taxClass: 'standard', ...CHECKOUT };

function idOf(items: unknown): string {
  return String((items as Json[])[0]?.['id']);
}

/** Germany, euros, one location, one way to ship; the id of the latter. */
async function saveSettings(runtime: TestRuntime): Promise<string> {
  const at = runtime.clock.now();
  const id = runtime.ids.uuid(at);
  await transaction(runtime.db, async (tx) => {
    await store.saveStore(tx, {
      name: 'Shop',
      country: 'DE',
      currencies: [{ code: 'EUR', pricesIncludeTax: true }],
      taxClasses: [{ code: 'standard', name: 'Standard' }],
      locations: [{ id: runtime.ids.uuid(at), code: 'main', name: 'Main', priority: 1 }],
      at,
    });
    await shipping.saveTaxRate(tx, { country: 'DE', taxClass: 'standard', name: 'USt', ratePpm: 190_000 });
    const prices = [{ currency: 'EUR', priceMinor: 490, freeFromMinor: 5000 }];
    const method = { id, code: 'standard', name: 'Standard', countries: [], taxClass: 'standard', position: 1, prices };
    await shipping.insertShippingMethod(tx, method);
  });
  return id;
}
