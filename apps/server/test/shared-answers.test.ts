import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Process, SharedStore, STAFF } from './shared-store.ts';

const KETTLE = '/v1/products/kettle';
const LIST = '/v1/products';

let store: SharedStore;
let shop: Process;
let other: Process;
let variantId: string;
let teapotVariantId: string;

beforeAll(async () => {
  store = await SharedStore.open();
  [shop, other] = [await store.process(), await store.process()];
  variantId = String(store.known['variantId']);
  const teapot = await shop.send(
    'POST',
    '/v1/admin/products',
    {
      title: 'Teapot',
      description: 'x'.repeat(3_000),
      status: 'active',
      variants: [{ sku: 'TEAPOT', prices: [{ amount: 900, currency: 'EUR' }] }],
    },
    STAFF,
  );
  teapotVariantId = (teapot['variants'] as { id: string }[])[0]?.id ?? '';
});
afterAll(() => store.close());
beforeEach(() => store.runtime.clock.advance(1_000));

const available = async (at: Process, path = KETTLE): Promise<number> => {
  const product = (await at.read(path)) as { variants: { available: number }[] };
  return product.variants[0]?.available ?? -1;
};
const setStock = (at: Process, onHand: number, id = variantId) =>
  at.send('PUT', `/v1/admin/variants/${id}/stock`, { onHand }, STAFF);
/** Statements that asking costs. */
const costOf = async (at: Process, path: string, headers?: Record<string, string>): Promise<number> => {
  at.takeStatements();
  await (await at.get(path, headers)).arrayBuffer();
  return at.takeStatements().length;
};
const buy = async (at: Process, quantity: number): Promise<void> => {
  const cart = await at.send('POST', '/v1/carts', { currency: 'EUR', items: [{ variantId, quantity }] });
  const shippingAddress = {
    firstName: 'A',
    lastName: 'B',
    line1: 'x',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  };
  const { shippingMethodId } = store.known;
  const payment = { provider: 'manual' };
  const checkout = { cartId: cart['id'], email: 'a@example.com', shippingAddress, shippingMethodId, payment };
  await at.send('POST', '/v1/checkouts', checkout, { 'cart-token': String(cart['token']) });
};

describe('in one process', () => {
  test('an answer costs one statement, and none when it is given again', async () => {
    expect(await costOf(shop, KETTLE)).toBe(1);
    expect(await costOf(shop, KETTLE)).toBe(0);
    expect(await costOf(shop, LIST)).toBe(1);
    expect(await costOf(shop, LIST)).toBe(0);
  });

  test('fifty who ask at once are answered by one statement', async () => {
    shop.takeStatements();
    const bodies = await Promise.all(Array.from({ length: 50 }, async () => (await shop.get(KETTLE)).text()));
    expect(new Set(bodies).size).toBe(1);
    expect(shop.takeStatements()).toHaveLength(1);
  });

  test('after its time it is given once more while it is read anew, and after twice that it is waited for', async () => {
    await costOf(shop, KETTLE);
    store.runtime.clock.advance(60);
    shop.takeStatements();
    const before = await available(shop);
    await vi.waitFor(() => expect(shop.takeStatements()).toHaveLength(1));
    // Until the reading has come back, whoever asks waits for it or gets what was kept.
    await sleep(50);
    expect(await available(shop)).toBe(before);
    expect(await costOf(shop, KETTLE)).toBe(0);
    store.runtime.clock.advance(120);
    expect(await costOf(shop, KETTLE)).toBe(1);
  });

  test('a change is in the very next answer, of staff and of an order, by whatever list it is in', async () => {
    await setStock(shop, 500);
    const before = await available(shop);
    const listed = async () =>
      ((await shop.read(LIST)) as { items: { slug: string; available: number }[] }).items.find(
        ({ slug }) => slug === 'kettle',
      )?.available;
    expect(await listed()).toBe(before);
    await setStock(shop, 600);
    expect(await available(shop)).toBe(before + 100);
    expect(await listed()).toBe(before + 100);
    await buy(shop, 7);
    expect(await available(shop)).toBe(before + 93);
    expect(await listed()).toBe(before + 93);
  });

  test('what an order does not touch is kept', async () => {
    await costOf(shop, '/v1/products/teapot');
    await costOf(shop, KETTLE);
    await costOf(shop, '/v1/categories');
    await buy(shop, 1);
    expect(await costOf(shop, '/v1/products/teapot')).toBe(0);
    expect(await costOf(shop, KETTLE)).toBe(1);
  });

  test('the same question is the same answer however it is written, and one with more in it is refused', async () => {
    await costOf(shop, '/v1/products?sort=price&limit=5');
    expect(await costOf(shop, '/v1/products?limit=5&sort=price')).toBe(0);
    expect(await costOf(shop, '/v1/products?limit=5&currency=EUR&sort=%70rice')).toBe(0);
    expect(await costOf(shop, '/v1/products?limit=6&sort=price')).toBe(1);
    expect((await shop.get('/v1/products?limit=5&sort=price&utm=1')).status).toBe(400);
  });

  test('a shopper with a session and one who gets an error are never given a kept answer', async () => {
    await costOf(shop, KETTLE);
    expect(await costOf(shop, KETTLE, STAFF)).toBeGreaterThan(0);
    for (let n = 0; n < 2; n += 1) {
      const response = await shop.get(`${KETTLE}?currency=USD`);
      expect([response.status, response.headers.get('cache-control')]).toEqual([400, 'no-store']);
      expect(await costOf(shop, `${KETTLE}?currency=USD`)).toBe(1);
    }
  });

  test('0 ms keeps nothing', async () => {
    const anew = await store.process({ catalogCacheMs: 0 });
    expect([await costOf(anew, KETTLE), await costOf(anew, KETTLE)]).toEqual([1, 1]);
  });
});

describe('over tRPC', () => {
  const query = (input: object) => `/trpc/catalog.product?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;

  test('a query of a guest is answered by the same bytes without a statement, until it changes', async () => {
    const first = await shop.get(query({ slug: 'kettle' }));
    const body = await first.text();
    expect(JSON.parse(body).result.data.json.slug).toBe('kettle');
    expect(await costOf(shop, query({ slug: 'kettle' }))).toBe(0);
    expect(await costOf(shop, query({ currency: 'EUR', slug: 'kettle' }))).toBe(0);
    const again = await shop.get(query({ slug: 'kettle' }));
    expect(await again.text()).toBe(body);
    expect(again.headers.get('vary')).toBe('trpc-accept, accept, accept-encoding, authorization, cookie');
    const etag = again.headers.get('etag') ?? '';
    expect((await shop.get(query({ slug: 'kettle' }), { 'if-none-match': etag })).status).toBe(304);
    const before = JSON.parse(body).result.data.json.variants[0].available;
    await setStock(shop, 900);
    await setStock(shop, 901);
    const changed = JSON.parse(await (await shop.get(query({ slug: 'kettle' }))).text());
    expect(changed.result.data.json.variants[0].available).not.toBe(before);
  });

  test('a refusal is in its own words each time, also for who waited, and a batch and a session go their own way', async () => {
    const refusals = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const response = await shop.get(query({ slug: 'nope' }));
        const { error } = JSON.parse(await response.text());
        expect([response.status, error.json.data.problem.code]).toEqual([404, 'product_not_found']);
        expect(response.headers.get('cache-control')).toBe('no-store');
        return response.headers.get('x-request-id');
      }),
    );
    expect(new Set(refusals).size).toBe(3);
    expect((await shop.get(query({ slug: 5 }))).status).toBe(400);
    expect(await costOf(shop, query({ slug: 'kettle' }), STAFF)).toBeGreaterThan(0);
    const input = encodeURIComponent(JSON.stringify({ 0: { json: { slug: 'kettle' } } }));
    const batch = JSON.parse(await (await shop.get(`/trpc/catalog.product?batch=1&input=${input}`)).text());
    expect(batch[0].result.data.json.slug).toBe('kettle');
  });
});

describe('over HTTP', () => {
  test('a guest is told how long anybody may keep it, and gets 304 for what they have', async () => {
    const response = await shop.get(KETTLE);
    expect(response.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=1, stale-while-revalidate=5');
    expect(response.headers.get('vary')).toBe('accept-encoding, authorization, cookie');
    expect(response.headers.get('content-type')).toBe('application/json');
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await shop.get(KETTLE, { 'if-none-match': known });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
      expect(again.headers.get('cache-control')).toBe(response.headers.get('cache-control'));
    }
    expect((await shop.get(KETTLE, { 'if-none-match': '"x"' })).status).toBe(200);
    await setStock(shop, 700);
    await setStock(shop, 701);
    const changed = await shop.get(KETTLE, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  test('sessions and carts are kept out of what others share', async () => {
    for (const headers of [STAFF, { 'cart-token': 'x' }, { ...STAFF, 'if-none-match': '*' }]) {
      const response = await shop.get(KETTLE, headers as Record<string, string>);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    }
  });

  test.each([
    ['gzip', 'gzip, deflate', gunzipSync],
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['br', 'gzip;q=0, BR;q=0.5', brotliDecompressSync],
  ])('is compressed as %s for who takes it, under a tag of its own', async (encoding, accept, decode) => {
    const plain = await shop.get('/v1/products/teapot');
    const body = await plain.text();
    expect(plain.headers.get('content-encoding')).toBeNull();
    const response = await shop.get('/v1/products/teapot', { 'accept-encoding': accept });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(decode(bytes).toString()).toBe(body);
    expect(bytes.length).toBeLessThan(body.length / 2);
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toBe((plain.headers.get('etag') ?? '').replace(/"$/, `-${encoding}"`));
    expect((await shop.get('/v1/products/teapot', { 'accept-encoding': accept, 'if-none-match': etag })).status).toBe(
      304,
    );
  });

  test('who takes no encoding, or none that pays, gets the bytes as they are', async () => {
    await shop.get('/v1/products/teapot');
    for (const accept of ['identity', 'br;q=0', 'zstd']) {
      const response = await shop.get('/v1/products/teapot', { 'accept-encoding': accept });
      expect(response.headers.get('content-encoding')).toBeNull();
    }
    await shop.get(KETTLE);
    expect((await shop.get(KETTLE, { 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBeNull();
  });

  test('HEAD has the head of GET and no body', async () => {
    const get = await shop.get(KETTLE);
    const head = await shop.head(KETTLE);
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const name of ['etag', 'cache-control', 'vary', 'content-type']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });
});

/** Asks until the answer says so, and for how many milliseconds it did not. */
async function staleFor(at: Process, expected: number): Promise<number> {
  const startedAt = performance.now();
  await vi.waitFor(async () => expect(await available(at)).toBe(expected), { timeout: 5_000, interval: 1 });
  return performance.now() - startedAt;
}

describe('across processes', () => {
  test('a change by any process is seen by every other within a second, and by its own at once', async () => {
    for (let n = 0; n < 20; n += 1) {
      await Promise.all([available(shop), available(other)]);
      await setStock(other, 2_000 + n);
      const reserved = 2_000 + n - (await available(other));
      expect(await staleFor(shop, 2_000 + n - reserved)).toBeLessThan(1_000);
    }
  });

  test('so is one that no process made', async () => {
    const before = await available(shop);
    await store.run(`update stock_levels set on_hand = on_hand + 5 where variant_id = '${variantId}'`);
    expect(await staleFor(shop, before + 5)).toBeLessThan(1_000);
  });

  test('a process that cannot hear of changes keeps nothing, and what it had is gone when it hears again', async () => {
    const before = await available(shop);
    await store.deafen();
    await store.run(`update stock_levels set on_hand = on_hand + 3 where variant_id = '${variantId}'`);
    expect(await staleFor(shop, before + 3)).toBeLessThan(1_000);
    await vi.waitFor(async () => expect(await costOf(shop, KETTLE)).toBe(0));
    await store.run(`update stock_levels set on_hand = on_hand + 4 where variant_id = '${variantId}'`);
    expect(await staleFor(shop, before + 7)).toBeLessThan(1_000);
  });

  test('another product is kept in both', async () => {
    await Promise.all([costOf(shop, '/v1/products/teapot'), costOf(other, '/v1/products/teapot')]);
    await setStock(other, 4_000);
    await setStock(shop, 4_001);
    expect(await costOf(shop, '/v1/products/teapot')).toBe(0);
    expect(await costOf(other, '/v1/products/teapot')).toBe(0);
    await setStock(other, 3, teapotVariantId);
    expect(await available(other, '/v1/products/teapot')).toBe(3);
  });
});
