import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import type { CreateProductInput } from './admin-schema.ts';
import { createAttribute } from './attributes/create-attribute.ts';
import { createCategory } from './categories/create-category.ts';
import { createProduct } from './create-product.ts';
import { findAdminProduct } from './find-admin-product.ts';
import { findProduct } from './find-product.ts';
import { listAdminProducts } from './list-admin-products.ts';
import { listProducts } from './list-products.ts';
import { catalogRouter } from './router.ts';
import { updateProduct } from './update-product.ts';

let runtime: TestRuntime;
const ctx = () => makeCtx(runtime);
const read = (productId: string) => findAdminProduct(runtime.db, { productId });
const listAll = () => listAdminProducts(ctx(), { limit: 100 });
const eur = (amount: number) => [{ amount, currency: 'EUR' }];

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await createCategory(ctx(), { name: 'Shirts' });
  await createAttribute(ctx(), { name: 'Material', type: 'text', filterable: true, searchable: true });
  await createAttribute(ctx(), { name: 'Weight', type: 'decimal', filterable: false, searchable: false });
  await createAttribute(ctx(), { name: 'Tags', type: 'multi-text', filterable: true, searchable: true });
});
afterAll(() => runtime.dispose());

const shirt = (change: Partial<CreateProductInput> = {}): CreateProductInput => ({
  title: 'Linen shirt',
  status: 'active',
  taxClass: 'standard',
  variants: [{ sku: `S-${randomUUID()}`, prices: eur(4900) }],
  ...change,
});

describe('createProduct', () => {
  test('answers the product as staff see it', async () => {
    const created = await createProduct(ctx(), {
      title: 'Wool shirt',
      description: 'Warm',
      brand: 'Herd',
      status: 'active',
      taxClass: 'reduced',
      categories: ['shirts'],
      attributes: { material: 'Wool', weight: 0.3, tags: ['warm', 'soft'] },
      images: [{ url: 'https://cdn.example/shirt.jpg' }],
      variants: [
        { sku: 'WS-S', barcode: '4006381333931', options: { Size: 'S' }, prices: eur(4900), stock: 7 },
        { sku: 'WS-M', options: { Size: 'M' }, prices: [...eur(5100), { amount: 5900, currency: 'USD' }] },
      ],
    });
    expect(created).toEqual({
      id: expect.any(String),
      externalId: null,
      slug: 'wool-shirt',
      title: 'Wool shirt',
      description: 'Warm',
      brand: 'Herd',
      status: 'active',
      showUnpriced: false,
      taxClass: 'reduced',
      categories: [{ id: expect.any(String), slug: 'shirts', name: 'Shirts' }],
      attributes: { material: 'Wool', weight: 0.3, tags: ['warm', 'soft'] },
      options: [{ name: 'Size', values: ['S', 'M'] }],
      images: [{ url: 'https://cdn.example/shirt.jpg', alt: 'Wool shirt' }],
      variants: [
        {
          id: expect.any(String),
          sku: 'WS-S',
          barcode: '4006381333931',
          options: { Size: 'S' },
          status: 'active',
          prices: eur(4900),
          images: [],
          weightGrams: null,
          lengthMm: null,
          widthMm: null,
          heightMm: null,
          attributes: {},
          trackStock: true,
          components: [],
          available: 7,
          stock: [{ locationId: expect.any(String), location: 'main', onHand: 7, reserved: 0, available: 7 }],
        },
        {
          id: expect.any(String),
          sku: 'WS-M',
          barcode: null,
          options: { Size: 'M' },
          status: 'active',
          prices: [...eur(5100), { amount: 5900, currency: 'USD' }],
          images: [],
          weightGrams: null,
          lengthMm: null,
          widthMm: null,
          heightMm: null,
          attributes: {},
          trackStock: true,
          components: [],
          available: 0,
          stock: [],
        },
      ],
      kind: 'physical',
      translations: {},
      seoTitle: null,
      seoDescription: null,
      tags: [],
      publishAt: null,
      unpublishAt: null,
      formerSlugs: [],
      version: 1,
      publishedAt: runtime.clock.now(),
      createdAt: runtime.clock.now(),
      updatedAt: runtime.clock.now(),
    });
    const shown = await findProduct(ctx(), { slug: 'wool-shirt', currency: 'EUR' });
    expect(shown.attributes).toEqual([
      { code: 'material', name: 'Material', type: 'text', unit: null, value: 'Wool' },
      { code: 'tags', name: 'Tags', type: 'multi-text', unit: null, value: ['warm', 'soft'] },
      { code: 'weight', name: 'Weight', type: 'decimal', unit: null, value: 0.3 },
    ]);
  });

  test('finds a free slug for a title in use, and refuses one that was asked for', async () => {
    const first = await createProduct(ctx(), shirt());
    const second = await createProduct(ctx(), shirt());
    expect(first.slug).toBe('linen-shirt');
    expect(second.slug).toMatch(/^linen-shirt-[0-9a-f]{12}$/);
    await expect(createProduct(ctx(), shirt({ slug: 'linen-shirt' }))).rejects.toMatchObject({
      code: 'slug_taken',
      details: { field: 'slug', slug: 'linen-shirt' },
    });
  });

  test.each<[string, string, Partial<CreateProductInput>]>([
    ['a SKU in use', 'sku_taken', { variants: [{ sku: 'WS-S' }] }],
    ['a category that is not there', 'category_unknown', { categories: ['shirts', 'nope'] }],
    ['an attribute that is not defined', 'attribute_unknown', { attributes: { colour: 'red' } }],
    ['a text for a number', 'attribute_value_invalid', { attributes: { weight: 'heavy' } }],
    [
      'a currency the store does not sell in',
      'currency_unknown',
      { variants: [{ sku: 'X1', prices: [{ amount: 1, currency: 'CHF' }] }] },
    ],
    ['a tax class that is not there', 'tax_class_unknown', { taxClass: 'luxury' }],
    ['variants that are alike', 'options_mismatch', { variants: [{ sku: 'X1' }, { sku: 'X2' }] }],
    [
      'a SKU given twice',
      'sku_taken',
      {
        options: [{ name: 'Size', values: ['S', 'M'] }],
        variants: [
          { sku: 'X1', options: { Size: 'S' } },
          { sku: 'X1', options: { Size: 'M' } },
        ],
      },
    ],
  ])('refuses %s and writes nothing', async (_, code, change) => {
    const before = await listAll();
    await expect(createProduct(ctx(), shirt(change))).rejects.toMatchObject({ code });
    expect(await listAll()).toEqual(before);
  });

  test('is for staff with the permission only', async () => {
    const guest = catalogRouter.createCaller(ctx());
    await expect(guest.createProduct(shirt())).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    const staff = catalogRouter.createCaller(makeCtx(runtime, { actor: administrator(randomUUID()) }));
    const created = await staff.createProduct({ title: 'By staff', variants: [{ sku: 'STAFF' }] });
    expect(created).toMatchObject({ status: 'draft', publishedAt: null, version: 1 });
    expect(await staff.adminProduct({ productId: created.id })).toEqual(created);
    const changed = await staff.updateProduct({ productId: created.id, title: 'Changed by staff' });
    expect((await staff.adminProducts({ q: 'STAFF' })).items).toMatchObject([{ title: changed.title, version: 2 }]);
    expect(await staff.createCategory({ name: 'By staff' })).toMatchObject({ slug: 'by-staff', parentId: null });
    expect(await staff.createAttribute({ name: 'By staff', type: 'boolean' })).toMatchObject({ code: 'by-staff' });
    await expect(guest.product({ slug: 'changed-by-staff' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(staff.createProduct({ title: 'x', variants: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(
      staff.createProduct({ title: 'x', variants: [{ sku: 'S', prices: [{ amount: 1.5, currency: 'EUR' }] }] }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('updateProduct', () => {
  test('changes what is given, counts the version up and lists the new price', async () => {
    const product = await createTestProduct(runtime, { title: 'Belt', sku: 'BELT', prices: eur(2000) });
    const variantId = product.variants[0]?.id ?? '';
    const updated = await updateProduct(ctx(), {
      productId: product.id,
      version: 1,
      title: 'Leather belt',
      attributes: { material: 'Leather' },
      variants: [{ id: variantId, prices: [{ amount: 2500, currency: 'EUR' }] }],
    });
    expect(updated).toMatchObject({
      version: 2,
      title: 'Leather belt',
      slug: 'belt',
      attributes: { material: 'Leather' },
    });
    expect(updated.variants[0]).toMatchObject({ sku: 'BELT', prices: eur(2500) });
    const { items } = await listProducts(ctx(), { currency: 'EUR', sort: 'newest', limit: 100 });
    expect(items.find(({ id }) => id === product.id)).toMatchObject({ title: 'Leather belt', price: { amount: 2500 } });
  });

  test('refuses a version that is not current, telling the current one, and changes nothing', async () => {
    const product = await createTestProduct(runtime);
    await updateProduct(ctx(), { productId: product.id, title: 'Second' });
    const before = await read(product.id);
    await expect(updateProduct(ctx(), { productId: product.id, version: 1, title: 'Lost' })).rejects.toMatchObject({
      code: 'version_conflict',
      details: { version: 2 },
    });
    expect(await read(product.id)).toEqual(before);
  });

  test('publishes a draft and takes it off sale again; the first publication counts', async () => {
    const draft = await createTestProduct(runtime, { status: 'draft', slug: 'now-and-then' });
    const published = await updateProduct(ctx(), { productId: draft.id, status: 'active' });
    expect(published.publishedAt).toEqual(runtime.clock.now());
    await findProduct(ctx(), { slug: 'now-and-then', currency: 'EUR' });
    const archived = await updateProduct(ctx(), { productId: draft.id, status: 'archived' });
    expect(archived.publishedAt).toEqual(published.publishedAt);
    await expect(findProduct(ctx(), { slug: 'now-and-then', currency: 'EUR' })).rejects.toThrow();
  });

  test('adds, changes and archives variants; options follow those on sale', async () => {
    const product = await createTestProduct(runtime, {
      variants: [
        { sku: 'HAT-S', options: { Size: 'S' }, prices: eur(50), stock: 5 },
        { sku: 'HAT-M', options: { Size: 'M' }, prices: eur(100) },
      ],
    });
    const [small, medium] = product.variants;
    const updated = await updateProduct(ctx(), {
      productId: product.id,
      variants: [
        { id: small?.id ?? '', status: 'archived' },
        { id: medium?.id ?? '', sku: 'HAT-MM', barcode: '123', images: [{ url: '/m.jpg', alt: 'M' }] },
        { sku: 'HAT-L', options: { Size: 'L' }, prices: eur(150), stock: 2 },
      ],
    });
    expect(updated.options).toEqual([{ name: 'Size', values: ['M', 'L'] }]);
    expect(updated.variants.map(({ sku, status, barcode }) => [sku, status, barcode])).toEqual([
      ['HAT-S', 'archived', null],
      ['HAT-MM', 'active', '123'],
      ['HAT-L', 'active', null],
    ]);
    const shown = await findProduct(ctx(), { slug: product.slug, currency: 'EUR' });
    expect(shown.variants.map(({ sku, available }) => [sku, available])).toEqual([
      ['HAT-MM', 0],
      ['HAT-L', 2],
    ]);
    const { items } = await listProducts(ctx(), { currency: 'EUR', sort: 'newest', limit: 100 });
    expect(items.find(({ id }) => id === product.id)).toMatchObject({
      price: { amount: 100 },
      priceMax: { amount: 150 },
      available: 2,
    });
  });

  test('takes a price away with an empty list, and the product from the shop with it', async () => {
    const product = await createTestProduct(runtime, { slug: 'free-fall' });
    const variantId = product.variants[0]?.id ?? '';
    const updated = await updateProduct(ctx(), {
      productId: product.id,
      variants: [{ id: variantId, prices: [{ amount: 9, currency: 'USD' }] }],
    });
    expect(updated.variants[0]?.prices).toEqual([{ amount: 9, currency: 'USD' }]);
    await expect(findProduct(ctx(), { slug: 'free-fall', currency: 'EUR' })).rejects.toThrow();
    await findProduct(ctx(), { slug: 'free-fall', currency: 'USD' });
  });

  test('removes an attribute with null, changes slug, brand, categories, pictures and tax class', async () => {
    const product = await createTestProduct(runtime, { attributes: { material: 'Silk', weight: 1 } });
    const updated = await updateProduct(ctx(), {
      productId: product.id,
      slug: 'silk-thing',
      brand: 'Worm',
      description: 'x',
      showUnpriced: true,
      taxClass: 'reduced',
      categories: ['shirts'],
      images: [{ url: '/a.jpg', alt: 'A' }],
      attributes: { material: null, tags: ['new'] },
    });
    expect(updated).toMatchObject({ slug: 'silk-thing', brand: 'Worm', taxClass: 'reduced', showUnpriced: true });
    expect(updated.attributes).toEqual({ weight: 1, tags: ['new'] });
    expect(updated.categories.map(({ slug }) => slug)).toEqual(['shirts']);
    expect(updated.images).toEqual([{ url: '/a.jpg', alt: 'A' }]);
    expect((await updateProduct(ctx(), { productId: product.id, brand: null })).brand).toBeNull();
  });

  test('refuses what creating refuses, another variant and a missing product, and changes nothing', async () => {
    const product = await createTestProduct(runtime, { sku: 'KEEP' });
    const other = await createTestProduct(runtime, { sku: 'OTHER', slug: 'other-slug' });
    const own = product.variants[0]?.id ?? '';
    const change = (input: object) => updateProduct(ctx(), { productId: product.id, ...input });
    await expect(change({ slug: 'other-slug' })).rejects.toMatchObject({ code: 'slug_taken' });
    await expect(change({ title: 'x', variants: [{ id: own, sku: 'OTHER' }] })).rejects.toMatchObject({
      code: 'sku_taken',
    });
    await expect(change({ variants: [{ id: other.variants[0]?.id, sku: 'Z' }] })).rejects.toMatchObject({
      code: 'product_variant_not_found',
    });
    await expect(change({ variants: [{ options: {} }] })).rejects.toMatchObject({ code: 'options_mismatch' });
    await expect(change({ variants: [{ sku: 'SECOND' }] })).rejects.toMatchObject({ code: 'options_mismatch' });
    await expect(change({ attributes: { nope: 1 } })).rejects.toMatchObject({ code: 'attribute_unknown' });
    await expect(change({ taxClass: 'nope' })).rejects.toMatchObject({ code: 'tax_class_unknown' });
    await expect(change({ categories: ['nope'] })).rejects.toMatchObject({ code: 'category_unknown' });
    expect(await read(product.id)).toEqual(product);
    await expect(updateProduct(ctx(), { productId: randomUUID(), title: 'x' })).rejects.toMatchObject({
      code: 'product_not_found',
    });
  });
});

describe('listAdminProducts', () => {
  test('pages through everything once, drafts too', async () => {
    const whole = await listAll();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listAdminProducts(ctx(), { limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(whole.items.map(({ id }) => id));
    expect(whole.items.some(({ status }) => status === 'draft')).toBe(true);
  });

  test('finds by words, by exact SKU and by status', async () => {
    await createTestProduct(runtime, { title: 'Hidden umbrella', sku: 'UM/1 x', status: 'draft' });
    const find = async (input: object) => (await listAdminProducts(ctx(), { limit: 10, ...input })).items;
    expect(await find({ q: 'umbrellas' })).toMatchObject([
      { title: 'Hidden umbrella', skus: ['UM/1 x'], available: 10 },
    ]);
    expect(await find({ q: 'UM/1 x' })).toMatchObject([{ title: 'Hidden umbrella', variantCount: 1 }]);
    expect((await find({ status: 'archived' })).every(({ status }) => status === 'archived')).toBe(true);
    expect(await find({ q: "'; drop table products; --" })).toEqual([]);
  });

  test('refuses a cursor that is not its own', async () => {
    const cursor = Buffer.from('["admin-products","x"]').toString('base64url');
    await expect(listAdminProducts(ctx(), { limit: 1, cursor })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });
});

describe('createCategory and createAttribute', () => {
  test('refuse a second sibling of one name, a slug in use, a parent that is not there', async () => {
    await createCategory(ctx(), { name: 'Men' });
    const nested = await createCategory(ctx(), { name: 'Shirts', parent: 'men' });
    expect(nested.slug).toMatch(/^shirts-[0-9a-f]{12}$/);
    await expect(createCategory(ctx(), { name: 'Men' })).rejects.toMatchObject({ code: 'category_name_taken' });
    await expect(createCategory(ctx(), { name: 'X', slug: 'men' })).rejects.toMatchObject({ code: 'slug_taken' });
    await expect(createCategory(ctx(), { name: 'X', parent: 'nope' })).rejects.toMatchObject({
      code: 'category_unknown',
    });
  });

  test('stop at twenty levels', async () => {
    let parent = (await createCategory(ctx(), { name: 'L1' })).id;
    for (let level = 2; level <= 20; level += 1)
      parent = (await createCategory(ctx(), { name: `L${level}`, parent })).id;
    await expect(createCategory(ctx(), { name: 'L21', parent })).rejects.toMatchObject({ code: 'category_too_deep' });
  });

  test('refuse an attribute that is there already, or whose code a search needs', async () => {
    const attribute = { name: 'material', type: 'text', filterable: true, searchable: true } as const;
    await expect(createAttribute(ctx(), attribute)).rejects.toMatchObject({ code: 'attribute_taken' });
    await expect(createAttribute(ctx(), { ...attribute, name: 'x', code: 'brand' })).rejects.toMatchObject({
      code: 'attribute_taken',
    });
  });
});
