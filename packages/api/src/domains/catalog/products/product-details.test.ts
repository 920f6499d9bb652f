import { auditLog } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOf, digitalProduct } from '../../../testing/bundle-factories.ts';
import { getCart } from '../../../testing/calls.ts';
import { createTestProduct } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { guestCart, openShop, stockProduct } from '../../../testing/shop.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import type { CreateProductInput } from '../admin-schema.ts';
import { createAttribute } from '../attributes/create-attribute.ts';
import { createCategory } from '../categories/create-category.ts';
import { updateCategory } from '../categories/update-category.ts';
import { createProduct } from '../create-product.ts';
import { findAdminProduct } from '../find-admin-product.ts';
import { findProduct } from '../find-product.ts';
import { listAdminProducts } from '../list-admin-products.ts';
import { listProducts } from '../list-products.ts';
import { addLocale } from '../locales/change-locales.ts';
import { catalogRouter } from '../router.ts';
import { updateProduct } from '../update-product.ts';
import { applyWindows } from './apply-windows.ts';
import { firstWords } from './first-words.ts';

let runtime: TestRuntime;
const ctx = () => makeCtx(runtime);
const read = (productId: string) => findAdminProduct(runtime.db, { productId });
const page = (slug: string, locale?: string) =>
  findProduct(ctx(), { slug, currency: 'EUR', ...(locale && { locale }) });
const list = (input: Parameters<typeof listProducts>[1] | object) =>
  listProducts(ctx(), { currency: 'EUR', sort: 'newest', limit: 24, ...input });
const at = (seconds: number) => new Date(runtime.clock.now().getTime() + seconds * 1000);
const product = (change: Partial<CreateProductInput>): CreateProductInput => ({
  title: 'Plain',
  status: 'active',
  taxClass: 'standard',
  variants: [{ sku: crypto.randomUUID(), prices: [{ amount: 1000, currency: 'EUR' }], stock: 5 }],
  ...change,
});

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await openShop(runtime);
  await addLocale(ctx(), { locale: 'de', isDefault: false });
  await createAttribute(ctx(), { name: 'Colour', type: 'text', filterable: true, searchable: true });
});
afterAll(() => runtime.dispose());

describe('publish windows', () => {
  test('open and close at their instants: on the page and in the cart exactly, in lists when the job has run', async () => {
    const { id, slug, variants } = await createProduct(
      ctx(),
      product({ title: 'Advent calendar', publishAt: at(3600), unpublishAt: at(7200) }),
    );
    const variantId = variants[0]?.id ?? '';
    const buy = () => guestCart(runtime, [{ variantId, quantity: 1 }]);
    const listed = async () => (await list({})).items.some((item) => item.id === id);
    const hidden = async () => {
      await expect(page(slug)).rejects.toMatchObject({ code: 'product_not_found' });
      await expect(buy()).rejects.toMatchObject({ code: 'variant_not_found' });
    };
    await hidden();
    expect(await listed()).toBe(false);
    expect(await applyWindows(ctx())).toBe(0);

    runtime.clock.advance(3599.999);
    await hidden();
    runtime.clock.advance(0.001);
    expect((await page(slug)).id).toBe(id);
    const { ctx: shopper, cart } = await buy();
    expect(await applyWindows(ctx())).toBe(1);
    expect(await listed()).toBe(true);
    expect(await applyWindows(ctx())).toBe(0);

    runtime.clock.advance(3600);
    await hidden();
    const later = { ...shopper, now: runtime.clock.now() };
    expect((await getCart(later, { cartId: cart.id })).items[0]?.problems).toEqual([{ code: 'not_for_sale' }]);
    expect(await listed()).toBe(true);
    expect(await applyWindows(ctx())).toBe(1);
    expect(await listed()).toBe(false);
  });

  test('that opened and closed while no worker ran are applied by the next sweep, each once', async () => {
    expect(await applyWindows(ctx())).toBe(0);
    const missed = await createProduct(ctx(), product({ publishAt: at(10), unpublishAt: at(20) }));
    const opened = await createProduct(ctx(), product({ publishAt: at(30) }));
    const closed = await createProduct(ctx(), product({ unpublishAt: at(40) }));
    runtime.clock.advance(100);
    expect(await applyWindows(ctx())).toBe(3);
    const ids = (await list({ limit: 100 })).items.map(({ id }) => id);
    expect([missed, opened, closed].map(({ id }) => ids.includes(id))).toEqual([false, true, false]);
    expect(await applyWindows(ctx())).toBe(0);
  });

  test('have a job at each instant to come', async () => {
    const { id } = await createProduct(ctx(), product({ publishAt: at(60.5), unpublishAt: at(120) }));
    const rows = await query<{ seconds: string }>(
      runtime,
      "select round(extract(epoch from start_after - created_on)) as seconds from pgboss.job where name = 'catalog.windows' order by start_after",
    );
    expect(rows.map(({ seconds }) => Number(seconds)).filter((seconds) => seconds >= 61 && seconds <= 120)).toEqual([
      61, 120,
    ]);
    await updateProduct(ctx(), { productId: id, title: 'Other' });
  });

  test('that others have set have a job too, once the sweep sees that they are due before the next one', async () => {
    const { id } = await createProduct(ctx(), product({}));
    await query(runtime, 'update products set publish_at = $2, window_due_at = $2 where id = $1', [id, at(33)]);
    const count = () =>
      query<{ n: string }>(
        runtime,
        `select count(*) as n from pgboss.job where name = 'catalog.windows'
         and round(extract(epoch from start_after - created_on)) = 33`,
      ).then(([row]) => Number(row?.n));
    expect(await count()).toBe(0);
    await doJobs(runtime, 'catalog.windows', [{ id: '1', data: null }]);
    expect(await count()).toBe(1);
    await doJobs(runtime, 'catalog.windows', [{ id: '2', data: { edge: true } }]);
    expect(await count()).toBe(1);
  });

  test('that end before they begin are refused, also by what was there before', async () => {
    const wrong = createProduct(ctx(), product({ publishAt: at(20), unpublishAt: at(20) }));
    await expect(wrong).rejects.toMatchObject({ code: 'publish_window_invalid' });
    const { id } = await createProduct(ctx(), product({ publishAt: at(100) }));
    const attempt = updateProduct(ctx(), { productId: id, unpublishAt: at(50) });
    await expect(attempt).rejects.toMatchObject({ code: 'publish_window_invalid' });
    expect(await read(id)).toMatchObject({ version: 1, unpublishAt: null });
    expect(await updateProduct(ctx(), { productId: id, publishAt: null, unpublishAt: at(50) })).toMatchObject({
      publishAt: null,
      unpublishAt: at(50),
    });
  });
});

describe('texts', () => {
  test('of a product are read in the locale asked for, or the nearest one, without another statement', async () => {
    const { slug, id } = await createProduct(
      ctx(),
      product({
        title: 'Mug',
        description: 'For tea',
        attributes: { colour: 'red' },
        translations: { de: { title: 'Becher', attributes: { colour: 'rot' }, seoTitle: 'Becher kaufen' } },
      }),
    );
    runtime.takeStatements();
    const german = await page(slug, 'de-AT');
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(german).toMatchObject({
      title: 'Becher',
      description: 'For tea',
      locale: 'de',
      seo: { title: 'Becher kaufen', description: 'For tea' },
      attributes: [{ code: 'colour', value: 'rot' }],
    });
    expect(await page(slug, 'fr')).toMatchObject({ title: 'Mug', locale: 'en', attributes: [{ value: 'red' }] });
    const card = async (locale?: string) => {
      runtime.takeStatements();
      const { items } = await list({ limit: 100, ...(locale && { locale }) });
      expect(runtime.takeStatements()).toHaveLength(1);
      return items.find((item) => item.id === id)?.title;
    };
    expect([await card('de'), await card(), await card('fr')]).toEqual(['Becher', 'Mug', 'Mug']);
  });

  test('are changed one by one; what is entered anew is what the default locale says', async () => {
    const { id } = await createProduct(
      ctx(),
      product({
        title: 'Bowl',
        translations: { de: { title: 'Schale', description: 'Tief' }, en: { title: 'Bowl!' } },
      }),
    );
    const changed = await updateProduct(ctx(), {
      productId: id,
      title: 'Deep bowl',
      translations: { de: { description: null, seoDescription: 'Eine Schale', attributes: { colour: 'blau' } } },
    });
    expect(changed.translations).toEqual({
      de: { title: 'Schale', seoDescription: 'Eine Schale', attributes: { colour: 'blau' } },
    });
    const again = await updateProduct(ctx(), {
      productId: id,
      translations: { de: { attributes: { colour: null }, seoDescription: null } },
    });
    expect(again.translations).toEqual({ de: { title: 'Schale' } });
    const unknown = updateProduct(ctx(), { productId: id, translations: { fr: { title: 'Bol' } } });
    await expect(unknown).rejects.toMatchObject({ code: 'locale_unknown' });
    expect(await read(id)).toEqual(again);
  });

  test('for search engines are its own, else its category’s template, else title and first words', async () => {
    const category = await createCategory(ctx(), { name: 'Vases' });
    const { id, slug } = await createProduct(
      ctx(),
      product({ title: 'Moon vase', description: '<p>Round &amp; white</p>', categories: [category.slug] }),
    );
    expect((await page(slug)).seo).toEqual({ title: 'Moon vase', description: 'Round & white' });
    await updateCategory(ctx(), {
      category: category.slug,
      seoTitleTemplate: '{name} | {store}',
      seoDescriptionTemplate: 'Buy {name}',
    });
    expect((await page(slug)).seo).toEqual({ title: 'Moon vase | Test store', description: 'Buy Moon vase' });
    await updateProduct(ctx(), { productId: id, seoTitle: 'Own', seoDescription: 'Words' });
    expect((await page(slug)).seo).toEqual({ title: 'Own', description: 'Words' });
  });

  test('are cut in whole words', () => {
    expect(firstWords('<style>p { color: red }</style> <b>a</b>')).toBe('a');
    expect(firstWords(' <p> ')).toBeNull();
    const cut = firstWords(`${'word '.repeat(60)}`);
    expect(cut).toBe(`${'word '.repeat(31)}word…`);
    expect(firstWords('😀'.repeat(200))).toBe(`${'😀'.repeat(80)}…`);
  });
});

describe('slugs', () => {
  test('that a product had lead to it until another product takes them', async () => {
    const { id, slug } = await createProduct(ctx(), product({ title: 'Old name' }));
    await updateProduct(ctx(), { productId: id, slug: 'new-name' });
    expect(await page(slug)).toMatchObject({ id, slug: 'new-name', redirectFrom: 'old-name' });
    expect(await page('new-name')).toMatchObject({ id, redirectFrom: null });
    expect((await read(id)).formerSlugs).toEqual(['old-name']);
    // A title alone does not take it, a wish does.
    expect((await createProduct(ctx(), product({ title: 'Old name' }))).slug).toMatch(/^old-name-[0-9a-f]{12}$/);
    const other = await createProduct(ctx(), product({ title: 'Other', slug: 'old-name' }));
    expect(await page('old-name')).toMatchObject({ id: other.id, redirectFrom: null });
    await updateProduct(ctx(), { productId: id, slug: 'newest-name' });
    await updateProduct(ctx(), { productId: id, slug: 'new-name' });
    expect(await page('newest-name')).toMatchObject({ id, slug: 'new-name' });
  });
});

describe('tags', () => {
  test('are kept in lower case, each once, and narrow the lists', async () => {
    const { id } = await createProduct(ctx(), product({ title: 'Gift', tags: [' Gift ', 'gift', 'XMAS', 'Ärger'] }));
    expect((await read(id)).tags).toEqual(['gift', 'xmas', 'ärger']);
    expect((await list({ tag: 'Xmas' })).items.map((item) => item.id)).toEqual([id]);
    expect((await list({ tag: 'none' })).items).toEqual([]);
    const { items } = await listAdminProducts(ctx(), { tag: 'XMAS', kind: 'physical', limit: 10 });
    expect(items).toMatchObject([{ id, kind: 'physical', tags: ['gift', 'xmas', 'ärger'] }]);
    expect((await listAdminProducts(ctx(), { tag: 'xmas', kind: 'digital', limit: 10 })).items).toEqual([]);
    expect((await updateProduct(ctx(), { productId: id, tags: [] })).tags).toEqual([]);
  });

  test('and brands of few products and of many narrow lists alike: paging visits each exactly once, in order', async () => {
    // Straight into the tables: what is listed is all that matters, and the way to many is another one than to few.
    await query(
      runtime,
      `insert into products (id, slug, title, status, brand, tags, published_at, created_at, updated_at)
       select uuidv7(), 'crowd-' || i, 'Crowd ' || i, 'active', case when i <= 1010 then 'Crowd' else 'Few' end,
         case when i % 2 = 0 then '{crowd,even}' else '{crowd}' end::text[], now(), now(), now()
       from generate_series(1, 1030) i`,
    );
    await query(
      runtime,
      `insert into listing (category_id, currency, product_id, price_minor, price_max_minor, sort_price, sort_title,
         published_at)
       select '00000000-0000-0000-0000-000000000000', 'EUR', id, n, n, n, lower(title), published_at
       from (select *, (length(title) * 7 + row_number() over (order by id)) % 90 as n from products where brand in ('Crowd', 'Few')) p`,
    );
    const pageThrough = async (filter: object) => {
      const prices: number[] = [];
      const ids = new Set<string>();
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof listProducts>> = await list({
          sort: 'price',
          limit: 100,
          ...filter,
          ...(cursor !== null && { cursor }),
        });
        for (const { id, price } of page.items) {
          ids.add(id);
          prices.push(price?.amount ?? -1);
        }
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(prices).toEqual([...prices].sort((a, b) => a - b));
      expect(ids.size).toBe(prices.length);
      return prices.length;
    };
    expect(await pageThrough({ brand: 'crowd' })).toBe(1010);
    expect(await pageThrough({ brand: 'few' })).toBe(20);
    expect(await pageThrough({ tag: 'crowd' })).toBe(1030);
    expect(await pageThrough({ tag: 'even' })).toBe(515);
    expect(await pageThrough({ tag: 'even', brand: 'crowd' })).toBe(505);
    expect(await pageThrough({ tag: 'even', brand: 'few' })).toBe(10);
    await query(runtime, "delete from products where brand in ('Crowd', 'Few')");
  });

  test('that are empty, endless or too long in lower case are refused', async () => {
    const staff = catalogRouter.createCaller(makeCtx(runtime, { actor: administrator(crypto.randomUUID()) }));
    const id = (await createProduct(ctx(), product({}))).id;
    for (const tag of ['', '   ', 'x'.repeat(61), 'İ'.repeat(31), 'a\u0000b', 'a\nb', '\ud800']) {
      await expect(staff.updateProduct({ productId: id, tags: [tag] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    for (const year of [1999, 9000, -20_000, 200_000]) {
      const publishAt = new Date(0);
      publishAt.setUTCFullYear(year);
      const attempt = staff.updateProduct({ productId: id, publishAt });
      await expect(attempt).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    expect(await read(id)).toMatchObject({ version: 1, tags: [], publishAt: null });
  });
});

describe('brand filter', () => {
  test('answers what is of the brand of a slug, and refuses one the store does not have', async () => {
    const { id } = await createTestProduct(runtime, { brand: 'Ölmühle & Söhne' });
    expect((await list({ brand: 'olmuhle-sohne' })).items).toMatchObject([{ id, brand: 'Ölmühle & Söhne' }]);
    await expect(list({ brand: 'nobody' })).rejects.toMatchObject({ code: 'brand_unknown' });
  });
});

describe('kinds and components', () => {
  test('physical and digital can be exchanged, a bundle is neither', async () => {
    const { productId } = await digitalProduct(runtime);
    expect(await updateProduct(ctx(), { productId, kind: 'physical' })).toMatchObject({ kind: 'physical' });
    const fixed = updateProduct(ctx(), { productId, kind: 'bundle' });
    await expect(fixed).rejects.toMatchObject({ code: 'product_kind_fixed' });
    expect((await read(productId)).kind).toBe('physical');
  });

  test('a bundle cannot be made of nothing known, of itself, of a bundle or twice of one', async () => {
    const part = await stockProduct(runtime);
    const bundle = await bundleOf(runtime, [{ variantId: part.variantId, quantity: 2 }]);
    const before = await read(bundle.productId);
    const unknown = '00000000-0000-7000-8000-000000000001';
    const one = { variantId: part.variantId, quantity: 1 };
    const cases = [
      [{ variantId: unknown, quantity: 1 }],
      [{ variantId: bundle.variantId, quantity: 1 }],
      [{ variantId: (await bundleOf(runtime, [one])).variantId, quantity: 1 }],
      [one, one],
    ];
    for (const components of cases) {
      const variants = [{ id: bundle.variantId, components }];
      const attempt = updateProduct(ctx(), { productId: bundle.productId, variants });
      await expect(attempt).rejects.toMatchObject({ code: 'bundle_component_invalid' });
    }
    const plain = updateProduct(ctx(), {
      productId: part.productId,
      variants: [{ id: part.variantId, components: [one] }],
    });
    await expect(plain).rejects.toMatchObject({ code: 'bundle_component_invalid' });
    const stocked = updateProduct(ctx(), {
      productId: bundle.productId,
      variants: [{ sku: 'NEW', stock: 4, options: {} }],
    });
    await expect(stocked).rejects.toThrow();
    expect(await read(bundle.productId)).toEqual(before);
  });

  test('a variant has weight, measures, attributes and its own say about stock', async () => {
    const { id, variants, version } = await createProduct(
      ctx(),
      product({
        variants: [
          { sku: 'BOX', weightGrams: 1200, lengthMm: 300, widthMm: 200, heightMm: 100, attributes: { colour: 'red' } },
        ],
      }),
    );
    const expected = { weightGrams: 1200, lengthMm: 300, widthMm: 200, heightMm: 100, attributes: { colour: 'red' } };
    expect(variants[0]).toMatchObject({ ...expected, trackStock: true, available: 0 });
    const changed = await updateProduct(ctx(), {
      productId: id,
      version,
      variants: [{ id: variants[0]?.id ?? '', weightGrams: null, trackStock: false }],
    });
    expect(changed.variants[0]).toMatchObject({ ...expected, weightGrams: null, trackStock: false, available: 1e6 });
    const wrong = updateProduct(ctx(), {
      productId: id,
      variants: [{ id: variants[0]?.id ?? '', attributes: { nothing: 1 } }],
    });
    await expect(wrong).rejects.toMatchObject({ code: 'attribute_unknown' });
    const stale = updateProduct(ctx(), { productId: id, version, tags: ['late'] });
    await expect(stale).rejects.toMatchObject({ code: 'version_conflict', details: { version: 2, current: changed } });
    expect(await read(id)).toEqual(changed);
  });

  test('each change is in the audit log', async () => {
    const { id } = await createProduct(ctx(), product({ title: 'Noted' }));
    await updateProduct(ctx(), { productId: id, tags: ['a'], seoTitle: 'b' });
    const query = { target: `product:${id}`, actorId: null, action: null, afterId: null, limit: 10 };
    const entries = await auditLog.listAuditEntries(runtime.db, query);
    expect(entries.map(({ action, detail }) => [action, detail])).toEqual(
      expect.arrayContaining([
        ['product.created', { title: 'Noted' }],
        ['product.updated', { version: 2, changed: ['seoTitle', 'tags'] }],
      ]),
    );
  });
});
