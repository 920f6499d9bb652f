import { randomUUID } from 'node:crypto';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { createProduct } from '../create-product.ts';
import { importBatch } from '../import/import-batch.ts';
import type { ImportBatchResult } from '../import/schema.ts';
import { startImport } from '../import/start-import.ts';
import { exportProducts } from './export-products.ts';
import type { ExportedProduct } from './schema.ts';

let runtime: TestRuntime;
let empty: TestRuntime;
let files = 0;
const ctxOf = (of: TestRuntime) => makeCtx(of, { actor: administrator(randomUUID()) });

async function importInto(of: TestRuntime, rows: unknown[], dryRun = false): Promise<ImportBatchResult> {
  const options = { defaultStock: 1, publishUnpriced: false, dryRun };
  const { jobId } = await startImport(ctxOf(of), { kind: 'products', sourceHash: `file-${++files}`, options });
  return importBatch(ctxOf(of), { jobId, batch: 0, firstRow: 1, rows });
}

async function exportAll(of: TestRuntime, limit = 2): Promise<ExportedProduct[]> {
  const all: ExportedProduct[] = [];
  let cursor: string | undefined;
  do {
    const page = await exportProducts(ctxOf(of), { limit, ...(cursor && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    all.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return all;
}

const tea = {
  id: 'tea-1',
  title: 'Green tea',
  description: '<p>Fine &amp; fresh</p>',
  brand: 'Leaf',
  category_path: ['Food', 'Drinks', 'Tea'],
  category_paths_extra: [['Gifts', 'Tea']],
  attributes: { Origin: 'Japan', Organic: true, 'Weight (g)': 100, Notes: ['grassy', 'sweet'] },
  tags: ['Loose', 'green'],
  seo_title: 'Tea',
  publish_at: '2026-01-01T00:00:00+01:00',
  translations: { en: { title: 'A green tea', seo_description: 'Of Japan', attributes: { origin: 'Nippon' } } },
  rating: 4.25,
  rating_count: 8,
  currency: 'USD',
  images: ['/tea.jpg'],
  variants: [
    {
      id: 'v1',
      sku: 'TEA-S',
      attributes: { Size: 'S', Tin: 'Red' },
      price_minor: 990,
      stock: 3,
      images: ['/s.jpg'],
      weight_grams: 50,
    },
    { id: 'v2', sku: 'TEA-L', attributes: { Size: 'L', Tin: 'Red' }, price_minor: 1990, stock: 0 },
  ],
};

beforeAll(async () => {
  runtime = await makeTestRuntime();
  empty = await makeTestRuntime();
  await seedStore(runtime);
  await seedStore(empty);
  await importInto(runtime, [tea, { ...tea, id: 'tea-2' }]);
  await importInto(runtime, [{ ...tea, id: 'tea-2', variants: [{ ...tea.variants[1], id: 'v9', sku: 'OTHER' }] }]);
  await createTestProduct(runtime, { sku: 'HAND', title: 'Made by  hand ' });
  await createProduct(ctxOf(runtime), {
    title: 'Free',
    status: 'archived',
    taxClass: 'standard',
    variants: [{ sku: 'FREE', prices: [{ amount: 0, currency: 'EUR' }], stock: 5 }],
  });
  await importInto(runtime, [{ id: 'draft', title: 'No price' }]);
});
afterAll(async () => {
  await runtime.dispose();
  await empty.dispose();
});

describe('an export', () => {
  test('has every product once, page by page, with all its fields', async () => {
    const rows = await exportAll(runtime);
    expect(rows.map(({ title }) => title)).toEqual(['Green tea', 'Green tea', 'Made by  hand ', 'Free', 'No price']);
    expect(rows[0]).toEqual({
      id: 'tea-1',
      slug: 'green-tea',
      title: 'Green tea',
      description: '<p>Fine &amp; fresh</p>',
      brand: 'Leaf',
      status: 'active',
      show_unpriced: false,
      tax_class: 'standard',
      kind: 'physical',
      tags: ['loose', 'green'],
      seo_title: 'Tea',
      seo_description: null,
      publish_at: '2025-12-31T23:00:00.000Z',
      unpublish_at: null,
      rating: 4.25,
      rating_count: 8,
      translations: { en: { title: 'A green tea', seo_description: 'Of Japan', attributes: { origin: 'Nippon' } } },
      category_path: ['Food', 'Drinks', 'Tea'],
      category_paths_extra: [['Gifts', 'Tea']],
      attributes: { Origin: 'Japan', Organic: true, 'Weight (g)': 100, Notes: ['grassy', 'sweet'] },
      options: [
        { name: 'Size', values: ['S', 'L'] },
        { name: 'Tin', values: ['Red'] },
      ],
      images: [{ url: '/tea.jpg', alt: 'Green tea' }],
      variants: [
        {
          id: 'v1',
          sku: 'TEA-S',
          barcode: null,
          status: 'active',
          attributes: { Size: 'S', Tin: 'Red' },
          prices: { USD: 990 },
          stock: 3,
          images: [{ url: '/s.jpg', alt: 'Green tea' }],
          weight_grams: 50,
          length_mm: null,
          width_mm: null,
          height_mm: null,
          track_stock: true,
        },
        {
          id: 'v2',
          sku: 'TEA-L',
          barcode: null,
          status: 'active',
          attributes: { Size: 'L', Tin: 'Red' },
          prices: { USD: 1990 },
          stock: 0,
          images: [],
          weight_grams: null,
          length_mm: null,
          width_mm: null,
          height_mm: null,
          track_stock: true,
        },
      ],
    });
    expect(rows[1]?.variants.map(({ sku, status }) => [sku, status])).toEqual([
      ['TEA-S-tea-2', 'archived'],
      ['OTHER', 'active'],
      ['TEA-L-tea-2', 'archived'],
    ]);
  });

  test('taken back by the same store changes nothing, neither a version nor a price', async () => {
    const state = () => querySql(runtime.databaseUrl, 'select id, version, updated_at from products order by id', []);
    const before = await state();
    const rows = await exportAll(runtime, 100);
    expect(await importInto(runtime, rows)).toEqual({
      created: 0,
      updated: 0,
      unchanged: 5,
      drafts: 0,
      failed: 0,
      warnings: [],
      errors: [],
    });
    expect(await state()).toEqual(before);
    const [first, ...rest] = rows;
    expect(await importInto(runtime, [{ ...first, title: 'Greener tea' }, ...rest])).toMatchObject({
      updated: 1,
      unchanged: 4,
    });
    await importInto(runtime, [{ ...first, title: 'Green tea' }]);
  });

  test('taken by an empty store makes the same products, which export the same', async () => {
    const rows = await exportAll(runtime, 100);
    expect(await importInto(empty, rows)).toMatchObject({ created: 5, failed: 0, warnings: [] });
    const clean = (title: string) => title.replace(/\s+/g, ' ').trim();
    expect(await exportAll(empty, 100)).toEqual(rows.map((row) => ({ ...row, title: clean(row.title) })));
    expect(await importInto(empty, rows)).toMatchObject({ created: 0, updated: 0, unchanged: 5 });
  });

  test('is one statement for the products of a page', async () => {
    runtime.takeStatements();
    await exportProducts(ctxOf(runtime), { limit: 100 });
    expect(runtime.takeStatements()).toHaveLength(3);
  });
});

describe('a row of a product that is there', () => {
  const find = async (id: string) => (await exportAll(runtime, 100)).find((row) => row.id === id);

  test('changes what it says, and nothing else', async () => {
    const before = await find('tea-2');
    expect(await importInto(runtime, [{ id: 'tea-2', tags: ['new'] }])).toMatchObject({ updated: 1 });
    expect(await find('tea-2')).toEqual({ ...before, tags: ['new'] });
    const rows = [
      {
        id: 'tea-2',
        tags: null,
        seo_title: null,
        translations: { en: null },
        more_attributes: { Tin: 'Red', Organic: null },
      },
    ];
    expect(await importInto(runtime, rows)).toMatchObject({ updated: 1 });
    const { Organic: _, ...attributes } = before?.attributes ?? {};
    const changed = { tags: [], seo_title: null, translations: {}, attributes: { ...attributes, Tin: 'Red' } };
    expect(await find('tea-2')).toEqual({ ...before, ...changed });
    expect(await importInto(runtime, rows)).toMatchObject({ unchanged: 1 });
  });

  test('by its address is the product at that address, also one made by hand', async () => {
    const hand = (await exportAll(runtime, 100)).find(({ title }) => title.startsWith('Made by'));
    expect(await importInto(runtime, [{ slug: hand?.slug, brand: 'By file' }])).toMatchObject({ updated: 1 });
    expect(await find(hand?.id ?? '')).toEqual({ ...hand, brand: 'By file' });
    expect(await importInto(runtime, [{ id: hand?.id, brand: null }])).toMatchObject({ updated: 1 });
    expect(await find(hand?.id ?? '')).toEqual(hand);
  });

  test('is refused when it comes a second time, under its address too, or would make a bundle of it', async () => {
    const before = await exportAll(runtime, 100);
    const rows = [
      { id: 'tea-1' },
      { slug: 'green-tea', title: 'Twice' },
      { id: 'tea-2', kind: 'bundle' },
      { id: 'nobody' },
    ];
    expect(await importInto(runtime, rows)).toMatchObject({
      unchanged: 1,
      failed: 3,
      errors: [
        { row: 2, column: 'id', code: 'row_repeated' },
        { row: 3, column: 'kind', code: 'product_kind_fixed' },
        { row: 4, column: 'title', code: 'row_invalid' },
      ],
    });
    const wrong = [
      { id: 'tea-1', translations: { xx: { title: 'x' } } },
      { id: 'tea-2', tax_class: 'none' },
    ];
    expect((await importInto(runtime, wrong)).errors.map(({ code }) => code)).toEqual([
      'locale_unknown',
      'tax_class_unknown',
    ]);
    expect(await exportAll(runtime, 100)).toEqual(before);
  });

  test('that says its status leaves alone whether it is shown without a price', async () => {
    await importInto(runtime, [{ id: 'shown', title: 'Shown', status: 'active', show_unpriced: true }]);
    await importInto(runtime, [{ id: 'shown', status: 'active', brand: 'Leaf' }]);
    expect(await find('shown')).toMatchObject({ brand: 'Leaf', show_unpriced: true });
  });

  test('that changes a text makes the old one of the own language give way', async () => {
    await importInto(runtime, [
      { id: 'own', title: 'Pot', translations: { en: { title: 'A pot', seo_title: 'Pots' } } },
    ]);
    await importInto(runtime, [{ id: 'own', title: 'Jug' }]);
    expect((await find('own'))?.translations).toEqual({ en: { seo_title: 'Pots' } });
  });
});

describe('a dry run', () => {
  test('answers what the real one then answers, and changes nothing', async () => {
    const rows = [
      { ...tea, title: 'Renamed' },
      { ...tea, id: 'new-1', title: 'New', category_path: ['Never', 'Seen'], attributes: { Unheard: 1 } },
      { ...tea, id: 'new-1' },
      { id: 'bad', title: '' },
      { id: 'draft', title: 'No price' },
    ];
    const digest = () =>
      querySql(
        runtime.databaseUrl,
        `select md5(string_agg(t::text, '|')) from (
           select to_jsonb(p) from products p union all select to_jsonb(v) from variants v
           union all select to_jsonb(x) from prices x union all select to_jsonb(c) from categories c
           union all select to_jsonb(a) from attributes a union all select to_jsonb(s) from stock_levels s
           union all select to_jsonb(l) from listing l union all select to_jsonb(d) from search_documents d
           union all select to_jsonb(f) from facet_values f union all select to_jsonb(k) from product_categories k
           order by 1) t`,
        [],
      );
    const before = await digest();
    const trial = await importInto(runtime, rows, true);
    expect(trial).toMatchObject({ created: 1, updated: 1, unchanged: 1, failed: 2 });
    expect(await digest()).toEqual(before);
    expect(await importInto(runtime, rows)).toEqual(trial);
    expect(await digest()).not.toEqual(before);
  });
});
