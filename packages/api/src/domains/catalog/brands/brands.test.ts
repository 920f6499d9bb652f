import { auditLog } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { findAdminProduct } from '../find-admin-product.ts';
import { findProduct } from '../find-product.ts';
import { listProducts } from '../list-products.ts';
import { addLocale } from '../locales/change-locales.ts';
import { updateProduct } from '../update-product.ts';
import { createBrand } from './create-brand.ts';
import { findAdminBrand, findBrand, listAdminBrands, listBrands } from './list-brands.ts';
import { deleteBrand, updateBrand } from './update-brand.ts';

let runtime: TestRuntime;
const ctx = () => makeCtx(runtime);
const facets = () =>
  query<{ value: string }>(runtime, "select value from facet_values where attribute_code = 'brand' order by value");

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await addLocale(ctx(), { locale: 'de', isDefault: false });
});
afterAll(() => runtime.dispose());

describe('a brand', () => {
  test('is made by staff, read in the shopper’s language, and noted in the audit log', async () => {
    const brand = await createBrand(ctx(), {
      name: 'North & Sons',
      description: '<p>Since 1901</p>',
      image: { url: 'https://cdn.example/north.png' },
      seoTitle: 'North',
      translations: { de: { name: 'Nord & Söhne' } },
    });
    expect(brand).toMatchObject({
      slug: 'north-sons',
      version: 1,
      productCount: 0,
      image: { url: 'https://cdn.example/north.png', alt: 'North & Sons' },
    });
    const { id } = await createTestProduct(runtime, { brand: 'North & Sons', title: 'Compass' });
    const page = { slug: 'north-sons', currency: 'EUR', limit: 10 };
    runtime.takeStatements();
    expect(await findBrand(ctx(), { ...page, locale: 'de' })).toMatchObject({
      name: 'Nord & Söhne',
      seo: { title: 'North', description: 'Since 1901' },
      products: { items: [{ id, title: 'Compass', brand: 'North & Sons' }], nextCursor: null },
    });
    expect(runtime.takeStatements()).toHaveLength(2);
    expect(await findProduct(ctx(), { slug: 'compass', currency: 'EUR' })).toMatchObject({ brandSlug: 'north-sons' });
    await expect(findBrand(ctx(), { ...page, slug: 'south' })).rejects.toMatchObject({ code: 'brand_not_found' });
    const filter = { target: `brand:${brand.id}`, actorId: null, action: null, afterId: null, limit: 10 };
    const [entry] = await auditLog.listAuditEntries(runtime.db, filter);
    expect(entry).toMatchObject({ action: 'brand.created', detail: { name: 'North & Sons' } });
  });

  test('that a product names is made with it, with a slug of its own, once for however many name it at once', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(() => createTestProduct(runtime, { brand: 'Zöe!' })));
    await createTestProduct(runtime, { brand: 'zoe' });
    await createTestProduct(runtime, { brand: '茶' });
    const zoe = await findAdminBrand(runtime.db, { brand: 'zoe' });
    expect(zoe).toMatchObject({ name: 'Zöe!', productCount: 5, createdAt: runtime.clock.now() });
    const { items } = await listAdminBrands(ctx(), { q: 'zoe', limit: 10 });
    expect(items).toMatchObject([{ name: 'zoe', slug: expect.stringMatching(/^zoe-[0-9a-f]{12}$/) }]);
    expect(await findAdminBrand(runtime.db, { brand: 'brand' })).toMatchObject({ name: '茶' });
  });

  test('is refused with a name or slug in use and a locale the store does not have, and nothing is written', async () => {
    await createBrand(ctx(), { name: 'Taken' });
    const before = await listAdminBrands(ctx(), { limit: 100 });
    const attempts = [
      [() => createBrand(ctx(), { name: 'Taken' }), 'brand_taken'],
      [() => createBrand(ctx(), { name: 'Other', slug: 'taken' }), 'slug_taken'],
      [() => createBrand(ctx(), { name: 'Other', translations: { fr: { name: 'Autre' } } }), 'locale_unknown'],
      [() => updateBrand(ctx(), { brand: 'north-sons', name: 'Taken' }), 'brand_taken'],
      [() => updateBrand(ctx(), { brand: 'north-sons', slug: 'taken' }), 'slug_taken'],
    ] as const;
    for (const [attempt, code] of attempts) await expect(attempt()).rejects.toMatchObject({ code });
    expect(await listAdminBrands(ctx(), { limit: 100 })).toEqual(before);
    expect((await createBrand(ctx(), { name: 'taken' })).slug).toMatch(/^taken-[0-9a-f]{12}$/);
  });

  test('is deleted only while no product has it', async () => {
    const { id } = await createTestProduct(runtime, { brand: 'Ending' });
    await expect(deleteBrand(ctx(), { brand: 'ending' })).rejects.toMatchObject({
      code: 'brand_in_use',
      details: { productCount: 1 },
    });
    await updateProduct(ctx(), { productId: id, brand: null });
    await deleteBrand(ctx(), { brand: 'ending' });
    await expect(deleteBrand(ctx(), { brand: 'ending' })).rejects.toMatchObject({ code: 'brand_not_found' });
  });
});

describe('renaming a brand', () => {
  test('renames it at its products, in their lists and facets, and a stale version is refused', async () => {
    const { id, version } = await createTestProduct(runtime, { brand: 'Olde' });
    const brand = await updateBrand(ctx(), { brand: 'olde', version: 1, name: 'Newer' });
    expect(brand).toMatchObject({ name: 'Newer', slug: 'olde', version: 2, productCount: 1 });
    expect(await findAdminProduct(runtime.db, { productId: id })).toMatchObject({ brand: 'Newer', version });
    const list = { currency: 'EUR', sort: 'newest', limit: 24, brand: 'olde' } as const;
    expect((await listProducts(ctx(), list)).items).toMatchObject([{ id, brand: 'Newer' }]);
    expect((await facets()).map(({ value }) => value)).toContain('Newer');
    const stale = updateBrand(ctx(), { brand: 'olde', version: 1, name: 'Newest' });
    await expect(stale).rejects.toMatchObject({ code: 'version_conflict', details: { version: 2, current: brand } });
    expect(await findAdminBrand(runtime.db, { brand: 'olde' })).toEqual(brand);
  });

  test('is finished by the worker where it has many, and doing it again changes nothing', async () => {
    const { id } = await createTestProduct(runtime, { brand: 'Many' });
    const { id: brandId } = await findAdminBrand(runtime.db, { brand: 'many' });
    await updateBrand(ctx(), { brand: 'many', name: 'More' });
    const jobs = await query<{ id: string; data: { scope: object } }>(
      runtime,
      "select id, data from pgboss.job where name = 'catalog.refresh' order by created_on desc limit 1",
    );
    expect(jobs[0]?.data.scope).toEqual({ brandId });
    const documents = () => query(runtime, 'select * from search_documents where product_id = $1', [id]);
    const before = await documents();
    await doJobs(runtime, 'catalog.refresh', jobs);
    expect(await documents()).toEqual(before);
  });

  test('and a product that is given the old name meanwhile end with every product under a brand that there is', async () => {
    await createTestProduct(runtime, { brand: 'Racing' });
    const results = await Promise.allSettled([
      updateBrand(ctx(), { brand: 'racing', name: 'Raced' }),
      ...[1, 2, 3, 4].map(() => createTestProduct(runtime, { brand: 'Racing' })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 'fulfilled'));
    const rows = await query<{ brand: string; n: string }>(
      runtime,
      "select brand, count(*) as n from products where brand in ('Racing', 'Raced') group by brand",
    );
    expect(rows.reduce((sum, { n }) => sum + Number(n), 0)).toBe(5);
  });
});

describe('the list of brands', () => {
  test('visits each that shoppers find products of exactly once, by name', async () => {
    await createTestProduct(runtime, { brand: 'Hidden', status: 'draft' });
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      runtime.takeStatements();
      const page: Awaited<ReturnType<typeof listBrands>> = await listBrands(ctx(), {
        limit: 2,
        ...(cursor !== null && { cursor }),
      });
      expect(runtime.takeStatements()).toHaveLength(1);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const rows = await query<{ name: string }>(
      runtime,
      `select name from brands where name in (select brand from products where status = 'active')
       order by lower(name) collate "C", id`,
    );
    expect(names).toEqual(rows.map(({ name }) => name));
    expect(names).not.toContain('Hidden');
    await expect(listBrands(ctx(), { limit: 2, cursor: 'nope' })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });
});
