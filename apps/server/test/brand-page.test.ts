import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Process, SharedStore, STAFF } from './shared-store.ts';

let store: SharedStore;
let process: Process;
beforeAll(async () => {
  store = await SharedStore.open();
  process = await store.process();
});
afterAll(() => store.close());

test('a brand is read over REST with its products, which are not a text in a text', async () => {
  const product = await process.send(
    'POST',
    '/v1/admin/products',
    {
      title: 'Compass',
      brand: 'North',
      status: 'active',
      variants: [{ sku: 'N1', prices: [{ amount: 100, currency: 'EUR' }] }],
    },
    STAFF,
  );
  const brand = await process.read('/v1/brands/north');
  expect(brand).toMatchObject({ name: 'North', products: { items: [{ id: product['id'] }], nextCursor: null } });
});
