import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { appRouter } from '@cartwright/api';
import { makeCtx, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { productViews, store } from '@cartwright/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoProducts } from './data/products.ts';
import { demoTaxRates } from './data/tax-rates.ts';
import { StoreNotEmptyError, seedDemo } from './seed-demo.ts';

let runtime: TestRuntime;
let mediaDir: string;
const guest = () => appRouter.createCaller(makeCtx(runtime));

beforeAll(async () => {
  mediaDir = await mkdtemp(join(tmpdir(), 'cartwright-demo-'));
  runtime = await makeTestRuntime({ env: { MEDIA_DIR: mediaDir } });
  await seedDemo(runtime);
});
afterAll(async () => {
  await runtime.dispose();
  await rm(mediaDir, { recursive: true });
});

test('every product is active and priced in both currencies, in a category of the third level', async () => {
  expect(demoProducts).toHaveLength(62);
  for (const currency of ['EUR', 'USD']) {
    const { items } = await guest().catalog.products({ currency, limit: 100 });
    expect(items).toHaveLength(62);
    for (const item of items) {
      expect(item.price, item.title).toEqual({ amount: expect.any(Number), currency });
      expect(item.price?.amount).toBeGreaterThanOrEqual(320);
    }
  }
  const tree = (await guest().catalog.categories({})).items;
  expect(tree.map(({ name }) => name)).toEqual(['Home', 'Clothing', 'Pantry', 'Stationery']);
  const lowest = tree.flatMap((root) => root.children.flatMap((child) => child.children));
  expect(lowest.map(({ slug }) => slug)).toEqual(
    expect.arrayContaining([...new Set(demoProducts.map((p) => p.category))]),
  );
  const home = await guest().catalog.products({ category: 'home', limit: 100 });
  expect(home.items).toHaveLength(34);
});

test('options become variants with prices and stock of their own', async () => {
  const skillet = await guest().catalog.product({ slug: 'cast-iron-skillet' });
  const facts = skillet.variants.map(({ sku, price, available }) => [sku, price?.amount, available]);
  expect(facts).toEqual([
    ['PAN-IRON-20CM', 3990, 18],
    ['PAN-IRON-24CM', 4990, 15],
    ['PAN-IRON-28CM', 5990, 12],
  ]);
  const cushion = await guest().catalog.product({ slug: 'linen-cushion', currency: 'USD' });
  expect(cushion.options.map(({ name }) => name)).toEqual(['Color', 'Size']);
  expect(cushion.variants).toHaveLength(6);
});

test('each product has a picture of its own in the media folder', async () => {
  const { items } = await guest().catalog.products({ limit: 100 });
  const urls = new Set(items.map(({ image }) => image?.url ?? ''));
  expect(urls.size).toBe(62);
  for (const url of urls) expect(url).toMatch(/^\/media\/[0-9a-f]{32}\.webp$/);
  expect((await readdir(mediaDir)).sort()).toEqual([...urls].map((url) => basename(url)).sort());
  const folder = join(import.meta.dirname, 'pictures');
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(400_000);
});

test('search finds products by word and by facet', async () => {
  const mugs = await guest().search.products({ q: 'mug' });
  expect(
    mugs.items
      .slice(0, 2)
      .map(({ slug }) => slug)
      .sort(),
  ).toEqual(['campfire-enamel-mug', 'harbor-mug']);
  const wool = await guest().search.products({ filter: { material: 'Wool' } });
  expect(wool.total).toBe(4);
  expect(wool.facets.map(({ code }) => code)).toEqual(expect.arrayContaining(['brand', 'material', 'made-in']));
});

test('every EU country has a standard and a reduced rate, and the reduced one is not higher', () => {
  const countries = new Set(demoTaxRates.map(({ country }) => country));
  expect(countries.size).toBe(28);
  for (const country of countries) {
    const [standard, reduced] = ['standard', 'reduced'].map(
      (taxClass) => demoTaxRates.find((rate) => rate.country === country && rate.taxClass === taxClass)?.ratePpm ?? -1,
    );
    expect(standard).toBeGreaterThanOrEqual(reduced ?? Number.NaN);
    expect(reduced).toBeGreaterThanOrEqual(country === 'US' ? 0 : 50_000);
  }
});

test('a guest buys a mug and a jar of honey with manual payment, taxed by class', async () => {
  const [mug, honey] = await Promise.all(
    ['harbor-mug', 'wildflower-honey'].map((slug) => guest().catalog.product({ slug })),
  );
  const items = [mug, honey].map((product) => ({ variantId: product?.variants[0]?.id ?? '', quantity: 1 }));
  const cart = await guest().cart.create({ currency: 'EUR', items });
  const holder = appRouter.createCaller(makeCtx(runtime, { cartToken: cart.token ?? undefined }));
  const methods = await holder.shipping.methods({ cartId: cart.id, country: 'DE' });
  expect(methods.items.map(({ name, price }) => [name, price.amount])).toEqual([
    ['Standard', 490],
    ['Express', 1290],
  ]);
  const { order, payment } = await holder.checkout.place({
    cartId: cart.id,
    email: 'guest@example.com',
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Guest',
      line1: 'Hafenstr. 1',
      city: 'Hamburg',
      postalCode: '20457',
      country: 'DE',
    },
    shippingMethodId: methods.items[0]?.id ?? '',
    payment: { provider: 'manual' },
  });
  expect([order.status, payment.status]).toEqual(['confirmed', 'authorized']);
  expect(order.totals.total).toEqual({ amount: 1490 + 850 + 490, currency: 'EUR' });
  // 19 % in 14.90 and 4.90, 7 % in 8.50
  expect(order.totals.tax.amount).toBe(238 + 78 + 56);
});

test('refuses a store that has products or was set up, and leaves it as it was', async () => {
  await expect(seedDemo(runtime)).rejects.toThrow(StoreNotEmptyError);
  expect(
    await productViews.listAdminProducts(runtime.db, { text: null, status: null, limit: 100, before: null }),
  ).toHaveLength(62);
});

test('of two seeds at once one does it and the other is refused', async () => {
  const empty = await makeTestRuntime({ env: { MEDIA_DIR: mediaDir } });
  try {
    const results = await Promise.allSettled([seedDemo(empty), seedDemo(empty)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await store.findStore(empty.db)).toMatchObject({ name: 'Cartwright Demo', country: 'DE' });
  } finally {
    await empty.dispose();
  }
});
