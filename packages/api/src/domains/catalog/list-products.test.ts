import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { createCategory } from './categories/create-category.ts';
import { listCategories } from './categories/list-categories.ts';
import { findProduct } from './find-product.ts';
import { listProducts } from './list-products.ts';
import { catalogRouter } from './router.ts';

let runtime: TestRuntime;
const eur = (amount: number) => [{ amount, currency: 'EUR' }];
const list = (input: Partial<Parameters<typeof listProducts>[1]> = {}) =>
  listProducts(makeCtx(runtime), { currency: 'EUR', sort: 'newest', limit: 24, ...input });
const caller = () => catalogRouter.createCaller(makeCtx(runtime));

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  const ctx = makeCtx(runtime);
  await createCategory(ctx, { name: 'Kitchen' });
  await createCategory(ctx, { name: 'Pots', parent: 'kitchen' });
  await createCategory(ctx, { name: 'Garden', position: 1 });
  await createTestProduct(runtime, { title: 'Pot', sku: 'POT', prices: eur(3000), categories: ['pots'], stock: 4 });
  runtime.clock.advance(60);
  await createTestProduct(runtime, { title: 'apron', sku: 'APRON', prices: eur(1000), categories: ['kitchen'] });
  runtime.clock.advance(60);
  await createTestProduct(runtime, { title: 'Rake', sku: 'RAKE', prices: eur(2000), categories: ['garden'] });
  await createTestProduct(runtime, { title: 'Dollar only', sku: 'USD1', prices: [{ amount: 5, currency: 'USD' }] });
  await createTestProduct(runtime, { title: 'Draft', sku: 'DRAFT', status: 'draft', categories: ['pots'] });
  await createTestProduct(runtime, { title: 'Archived', sku: 'OLD', status: 'archived', categories: ['pots'] });
  await createTestProduct(runtime, { title: 'No price', sku: 'NONE', prices: [] });
});
afterAll(() => runtime.dispose());

const titles = (page: { items: { title: string }[] }) => page.items.map(({ title }) => title);

describe('listProducts', () => {
  test('shows what is active and priced in the currency, and nothing else', async () => {
    expect(titles(await list())).toEqual(['Rake', 'apron', 'Pot']);
    expect(titles(await list({ currency: 'USD' }))).toEqual(['Dollar only']);
  });

  test('includes what is below a category', async () => {
    expect(titles(await list({ category: 'kitchen' }))).toEqual(['apron', 'Pot']);
    expect(titles(await list({ category: 'pots' }))).toEqual(['Pot']);
  });

  test('answers a card with price and stock, in one statement', async () => {
    runtime.takeStatements();
    const { items, nextCursor } = await list({ category: 'pots' });
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(items).toEqual([
      {
        id: expect.any(String),
        slug: 'pot',
        title: 'Pot',
        brand: null,
        image: null,
        price: { amount: 3000, currency: 'EUR' },
        priceMax: { amount: 3000, currency: 'EUR' },
        rating: null,
        available: 4,
      },
    ]);
    expect(nextCursor).toBeNull();
  });

  test.each([
    ['price', ['apron', 'Rake', 'Pot']],
    ['-price', ['Pot', 'Rake', 'apron']],
    ['name', ['apron', 'Pot', 'Rake']],
    ['newest', ['Rake', 'apron', 'Pot']],
  ] as const)('sorts by %s', async (sort, expected) => {
    expect(titles(await list({ sort }))).toEqual(expected);
  });

  test('refuses what the store does not know', async () => {
    await expect(list({ currency: 'XXX' })).rejects.toMatchObject({ code: 'currency_unknown' });
    await expect(list({ category: 'nope' })).rejects.toMatchObject({ code: 'category_unknown' });
    await expect(list({ category: "' or 1=1 --" })).rejects.toMatchObject({ code: 'category_unknown' });
  });

  test.each([
    ['not base64', '%%%'],
    [
      'of another list',
      Buffer.from('["search:newest",1,"00000000-0000-7000-8000-000000000001"]').toString('base64url'),
    ],
    [
      'of another order',
      Buffer.from('["products:price",1,"00000000-0000-7000-8000-000000000001"]').toString('base64url'),
    ],
    ['with another id', Buffer.from('["products:newest",1,"x"]').toString('base64url')],
    [
      'with a time out of range',
      Buffer.from('["products:newest",9e99,"00000000-0000-7000-8000-000000000001"]').toString('base64url'),
    ],
    [
      'with a text for a time',
      Buffer.from('["products:newest","1","00000000-0000-7000-8000-000000000001"]').toString('base64url'),
    ],
  ])('refuses a cursor %s', async (_, cursor) => {
    await expect(list({ cursor })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  test('refuses a cursor whose title the database could not read', async () => {
    const cursor = Buffer.from('["products:name","a\\u0000","00000000-0000-7000-8000-000000000001"]').toString(
      'base64url',
    );
    await expect(list({ sort: 'name', cursor })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  test('takes the largest cursor it could have given', async () => {
    const cursor = Buffer.from(`["products:newest",9000000000000000,"00000000-0000-7000-8000-000000000001"]`).toString(
      'base64url',
    );
    expect(titles(await list({ cursor }))).toHaveLength(3);
  });

  test('refuses orders, limits and fields it does not have', async () => {
    await expect(caller().products({ sort: 'random' as never })).rejects.toThrow();
    await expect(caller().products({ limit: 101 })).rejects.toThrow();
    await expect(caller().products({ color: 'red' } as never)).rejects.toThrow();
    await expect(caller().products({ category: 'a\0b' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('pages', () => {
  let crowded: TestRuntime;
  beforeAll(async () => {
    crowded = await makeTestRuntime();
    await seedStore(crowded);
    for (let i = 0; i < 11; i += 1) {
      // Three prices, two titles and two times among eleven: every order has ties.
      if (i === 5) crowded.clock.advance(1);
      await createTestProduct(crowded, {
        title: i % 2 ? 'Same' : 'same ünïcode',
        sku: `T${i}`,
        prices: eur(100 * (i % 3)),
      });
    }
  });
  afterAll(() => crowded.dispose());

  test.each(['newest', 'price', '-price', 'name'] as const)('by %s have no gap and no repetition', async (sort) => {
    const whole = await listProducts(makeCtx(crowded), { currency: 'EUR', sort, limit: 100 });
    expect(whole.items).toHaveLength(11);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await listProducts(makeCtx(crowded), { currency: 'EUR', sort, limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      expect(page.items).toHaveLength(2);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(whole.items.map(({ id }) => id));
  });

  test('end without a cursor when the last one is full', async () => {
    const page = await listProducts(makeCtx(crowded), { currency: 'EUR', sort: 'name', limit: 11 });
    expect([page.items.length, page.nextCursor]).toEqual([11, null]);
  });
});

describe('findProduct', () => {
  test('answers variants, breadcrumbs, typed attributes and stock, in one statement', async () => {
    await createTestProduct(runtime, {
      title: 'Casserole',
      description: '<p>Heavy &amp; red</p>',
      brand: 'Feu',
      categories: ['pots', 'garden'],
      variants: [
        { sku: 'C-S', options: { Size: 'S' }, prices: eur(5000), stock: 3, images: [{ url: '/s.jpg' }] },
        { sku: 'C-L', options: { Size: 'L' }, prices: eur(7000) },
        { sku: 'C-X', options: { Size: 'X' }, prices: [{ amount: 1, currency: 'USD' }] },
      ],
    });
    runtime.takeStatements();
    const product = await findProduct(makeCtx(runtime), { slug: 'casserole', currency: 'EUR' });
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(product).toEqual({
      id: expect.any(String),
      slug: 'casserole',
      redirectFrom: null,
      kind: 'physical',
      title: 'Casserole',
      description: '<p>Heavy &amp; red</p>',
      brand: 'Feu',
      brandSlug: 'feu',
      tags: [],
      seo: { title: 'Casserole', description: 'Heavy & red' },
      locale: 'en',
      rating: null,
      categories: [
        [
          { id: expect.any(String), slug: 'kitchen', name: 'Kitchen' },
          { id: expect.any(String), slug: 'pots', name: 'Pots' },
        ],
        [{ id: expect.any(String), slug: 'garden', name: 'Garden' }],
      ],
      attributes: [],
      options: [{ name: 'Size', values: ['S', 'L', 'X'] }],
      images: [],
      variants: [
        {
          id: expect.any(String),
          sku: 'C-S',
          options: { Size: 'S' },
          price: { amount: 5000, currency: 'EUR' },
          available: 3,
          image: { url: '/s.jpg', alt: 'Casserole' },
          barcode: null,
          stockTracked: true,
          images: [{ url: '/s.jpg', alt: 'Casserole' }],
          weightGrams: null,
          lengthMm: null,
          widthMm: null,
          heightMm: null,
          attributes: {},
          components: [],
        },
        {
          id: expect.any(String),
          sku: 'C-L',
          options: { Size: 'L' },
          price: { amount: 7000, currency: 'EUR' },
          available: 0,
          image: null,
          barcode: null,
          stockTracked: true,
          images: [],
          weightGrams: null,
          lengthMm: null,
          widthMm: null,
          heightMm: null,
          attributes: {},
          components: [],
        },
      ],
    });
    const [card] = (await list({ sort: '-price' })).items;
    expect(card).toMatchObject({
      slug: 'casserole',
      price: { amount: 5000 },
      priceMax: { amount: 7000 },
      available: 3,
    });
  });

  test.each(['draft', 'archived', 'no-price', 'dollar-only', 'nothing'])('finds no product %s', async (slug) => {
    await expect(findProduct(makeCtx(runtime), { slug, currency: 'EUR' })).rejects.toMatchObject({
      code: 'product_not_found',
    });
  });

  test('refuses a currency the store does not sell in', async () => {
    await expect(findProduct(makeCtx(runtime), { slug: 'pot', currency: 'XXX' })).rejects.toMatchObject({
      code: 'currency_unknown',
    });
  });

  test('shows a product without a price when it says so, but prices none of its variants', async () => {
    await createTestProduct(runtime, { title: 'On request', prices: [], showUnpriced: true, sku: 'ASK' });
    const product = await findProduct(makeCtx(runtime), { slug: 'on-request', currency: 'EUR' });
    expect(product.variants).toMatchObject([{ sku: 'ASK', price: null }]);
    const { items } = await list({ sort: 'price' });
    expect(items.at(-1)).toMatchObject({ slug: 'on-request', price: null, priceMax: null });
  });
});

describe('listCategories', () => {
  test('answers the tree in one statement, with a category that has been added', async () => {
    runtime.takeStatements();
    const { items } = await listCategories(makeCtx(runtime));
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(items.map(({ slug, children }) => [slug, children.map((child) => child.slug)])).toEqual([
      ['kitchen', ['pots']],
      ['garden', []],
    ]);
    await createCategory(makeCtx(runtime), { name: 'Toys', position: 2 });
    expect((await caller().categories()).items.map(({ slug }) => slug)).toEqual(['kitchen', 'garden', 'toys']);
  });
});
