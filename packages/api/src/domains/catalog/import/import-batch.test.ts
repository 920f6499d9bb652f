import { randomUUID } from 'node:crypto';
import { inventory } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from '../../../root.ts';
import { seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { listCategories } from '../categories/list-categories.ts';
import { findAdminProduct } from '../find-admin-product.ts';
import { findProduct } from '../find-product.ts';
import { listAdminProducts } from '../list-admin-products.ts';
import { catalogRouter } from '../router.ts';
import { updateProduct } from '../update-product.ts';
import { finishImport } from './finish-import.ts';
import { importBatch } from './import-batch.ts';
import type { ImportBatchResult, ImportOptions } from './schema.ts';
import { startImport } from './start-import.ts';

let runtime: TestRuntime;
const staff = administrator(randomUUID());
const ctx = () => makeCtx(runtime, { actor: staff });
let files = 0;

const start = (sourceHash = `file-${++files}`, options: Partial<ImportOptions> = {}) =>
  startImport(ctx(), {
    kind: 'products',
    sourceHash,
    options: { defaultStock: 100, publishUnpriced: false, dryRun: false, ...options },
  });

async function run(rows: unknown[], options: Partial<ImportOptions> = {}): Promise<ImportBatchResult> {
  const { jobId } = await start(undefined, options);
  const result = await importBatch(ctx(), { jobId, batch: 0, firstRow: 1, rows });
  await finishImport(ctx(), { jobId });
  return result;
}

async function bySku(sku: string) {
  const { items } = await listAdminProducts(ctx(), { q: sku, limit: 10 });
  const line = items.find(({ skus }) => skus.includes(sku));
  return line ? findAdminProduct(runtime.db, { productId: line.id }) : undefined;
}

const clean = { warnings: [], errors: [] };
const tea = {
  id: 'tea-1',
  title: 'Green tea',
  description: '<p>Fine &amp; fresh</p>',
  brand: 'Leaf',
  category_path: ['Food', 'Drinks', 'Tea'],
  category_paths_extra: [['Gifts', 'Tea']],
  attributes: { Origin: 'Japan', Organic: true, 'Weight (g)': 100, Notes: ['grassy', 'sweet'] },
  price_minor: 990,
  currency: 'USD',
  images: ['/tea.jpg'],
  sku: 'TEA',
  gtin: ['4006381333931'],
  rating: 4.5,
};

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

describe('a first import', () => {
  test('makes the product with everything in the row, and shoppers find it', async () => {
    expect(await run([tea])).toEqual({ created: 1, updated: 0, unchanged: 0, drafts: 0, failed: 0, ...clean });
    expect(await bySku('TEA')).toMatchObject({
      externalId: 'tea-1',
      slug: 'green-tea',
      description: '<p>Fine &amp; fresh</p>',
      status: 'active',
      taxClass: 'standard',
      attributes: { origin: 'Japan', organic: true, 'weight-g': 100, notes: ['grassy', 'sweet'] },
      images: [{ url: '/tea.jpg', alt: 'Green tea' }],
      variants: [
        {
          sku: 'TEA',
          barcode: '4006381333931',
          prices: [{ amount: 990, currency: 'USD' }],
          stock: [{ location: 'main', onHand: 100, reserved: 0 }],
        },
      ],
    });
    const shown = await findProduct(ctx(), { slug: 'green-tea', currency: 'USD' });
    expect(shown.categories.map((path) => path.map(({ slug }) => slug))).toEqual([
      ['food', 'drinks', 'tea'],
      ['gifts', 'gifts-tea'],
    ]);
    expect(shown.attributes).toEqual([
      { code: 'notes', name: 'Notes', type: 'multi-text', unit: null, value: ['grassy', 'sweet'] },
      { code: 'organic', name: 'Organic', type: 'boolean', unit: null, value: true },
      { code: 'origin', name: 'Origin', type: 'text', unit: null, value: 'Japan' },
      { code: 'weight-g', name: 'Weight (g)', type: 'integer', unit: null, value: 100 },
    ]);
  });

  test('makes drafts of rows without a price, and active ones with publishUnpriced', async () => {
    const row = { id: 'np', title: 'No price yet', sku: 'NP', price_minor: null, currency: null };
    expect(await run([row, { ...row, id: 'np0', sku: 'NP0', price_minor: 0 }])).toMatchObject({
      created: 2,
      drafts: 2,
      warnings: [{ row: 2, column: null, message: 'The price of 0 is taken as no price' }],
    });
    await expect(findProduct(ctx(), { slug: 'no-price-yet', currency: 'USD' })).rejects.toThrow();
    expect(await run([row], { publishUnpriced: true })).toMatchObject({ updated: 1, drafts: 0 });
    const shown = await findProduct(ctx(), { slug: 'no-price-yet', currency: 'EUR' });
    expect(shown.variants).toMatchObject([{ sku: 'NP', price: null }]);
    expect(await run([tea], { publishUnpriced: true })).toMatchObject({ unchanged: 1 });
  });

  test('gives variants their options, prices and stock', async () => {
    const variant = (size: string, stock?: number) => ({
      id: `hood-${size}`,
      sku: `HOOD-${size}`,
      attributes: { size, color: 'Red' },
      price_minor: 6300,
      ...(stock !== undefined && { stock }),
    });
    await run(
      [
        {
          id: 'hood',
          title: 'Hoodie',
          sku: 'HOOD',
          currency: 'USD',
          variants: [variant('S', 3), variant('M', 0), variant('L')],
        },
      ],
      {
        defaultStock: 9,
      },
    );
    const product = await bySku('HOOD-S');
    expect(product?.options).toEqual([
      { name: 'size', values: ['S', 'M', 'L'] },
      { name: 'color', values: ['Red'] },
    ]);
    expect(product?.variants.map(({ sku, stock }) => [sku, stock[0]?.onHand])).toEqual([
      ['HOOD-S', 3],
      ['HOOD-M', 0],
      ['HOOD-L', 9],
    ]);
    const [small, medium] = product?.variants ?? [];
    const movements = (id = '') => inventory.listStockMovements(runtime.db, { variantId: id, limit: 5 });
    expect(await movements(small?.id)).toMatchObject([{ delta: 3, reason: 'import', actor: { kind: 'staff' } }]);
    expect(await movements(medium?.id)).toEqual([]);
  });

  test('takes what is good and names the rest by row', async () => {
    const { jobId } = await start();
    const rows = [
      { id: 'ok-1', title: 'First', sku: 'OK1', price_minor: 1, currency: 'EUR' },
      { id: 'bad', title: '' },
      { id: 'ok-1', title: 'First again', sku: 'OK1B' },
      { id: 'chf', title: 'Franc', price_minor: 1, currency: 'CHF' },
      'nonsense',
      { id: 'ok-2', title: 'Second', sku: 'OK2', price_minor: 1, currency: 'EUR', unknown_field: { deep: [1] } },
    ];
    const result = await importBatch(ctx(), { jobId, batch: 0, firstRow: 101, rows });
    expect(result).toMatchObject({ created: 2, updated: 0, unchanged: 0, failed: 4 });
    expect(result.errors.map(({ row, code }) => [row, code])).toEqual([
      [102, 'row_invalid'],
      [103, 'row_repeated'],
      [104, 'currency_unknown'],
      [105, 'row_invalid'],
    ]);
  });

  test('marks a SKU that another product holds, in one batch and across batches', async () => {
    const row = (id: string) => ({ id, title: `Twin ${id}`, sku: 'TWIN', price_minor: 5, currency: 'USD' });
    expect((await run([row('t1'), row('t2')])).warnings).toEqual([
      { row: 2, column: null, message: 'Another variant holds the SKU "TWIN": stored as "TWIN-t2"' },
    ]);
    expect((await run([row('t3')])).warnings).toHaveLength(1);
    expect((await bySku('TWIN-t3'))?.externalId).toBe('t3');
    expect(await run([row('t1'), row('t2'), row('t3')])).toEqual({
      created: 0,
      updated: 0,
      unchanged: 3,
      drafts: 0,
      failed: 0,
      ...clean,
    });
  });

  test('gives products of one title addresses of their own, the same whatever came first', async () => {
    await run([
      { id: 'same-1', title: 'Same title', sku: 'ST1' },
      { id: 'same-2', title: 'Same title', sku: 'ST2' },
    ]);
    const slugs = [(await bySku('ST1'))?.slug, (await bySku('ST2'))?.slug];
    expect(slugs[0]).toBe('same-title');
    expect(slugs[1]).toMatch(/^same-title-[0-9a-f]{12}$/);
  });

  test('stores anything a file can say as it is', async () => {
    const text = `Robert'); drop table products;-- "\\ %s $1 {} <script>alert(1)</script> \u202e 🧦`;
    await run([
      {
        id: text.slice(0, 60),
        title: text,
        brand: text,
        sku: 'EVIL',
        description: `a\u0000b`,
        attributes: { [text]: text, __proto__: 'x' },
        category_path: [text],
      },
    ]);
    const product = await bySku('EVIL');
    expect(product).toMatchObject({ title: text, brand: text, description: 'a b', categories: [{ name: text }] });
    expect(Object.values(product?.attributes ?? {})).toContain(text);
  });
});

describe('an import again', () => {
  test('changes nothing where nothing changed: no statement writes but the two that keep the batch', async () => {
    const { jobId } = await start();
    const before = await bySku('TEA');
    runtime.takeStatements();
    const result = await importBatch(ctx(), { jobId, batch: 0, firstRow: 1, rows: [tea] });
    const statements = runtime.takeStatements();
    expect(result).toMatchObject({ created: 0, updated: 0, unchanged: 1, drafts: 0 });
    expect(statements.filter((sql) => /insert|update [^o]|delete/i.test(sql.replace(/for update/g, '')))).toHaveLength(
      2,
    );
    expect(await bySku('TEA')).toEqual(before);
  });

  test('updates what the row changed, and keeps address, stock and prices in other currencies', async () => {
    const before = await bySku('TEA');
    const variantId = before?.variants[0]?.id ?? '';
    await appRouter.createCaller(ctx()).inventory.setStock({ variantId, onHand: 7 });
    await updateProduct(ctx(), {
      productId: before?.id ?? '',
      variants: [
        {
          id: variantId,
          prices: [
            { amount: 990, currency: 'USD' },
            { amount: 800, currency: 'EUR' },
          ],
        },
      ],
    });
    const row = {
      ...tea,
      title: 'Finest green tea',
      price_minor: 1090,
      category_path: ['Food'],
      category_paths_extra: null,
    };
    expect(await run([row], { defaultStock: 55 })).toMatchObject({ updated: 1, created: 0 });
    const after = await bySku('TEA');
    expect(after).toMatchObject({ title: 'Finest green tea', slug: 'green-tea', version: 3 });
    expect(after?.categories.map(({ slug }) => slug)).toEqual(['food']);
    expect(after?.variants).toMatchObject([
      {
        id: variantId,
        prices: [
          { amount: 800, currency: 'EUR' },
          { amount: 1090, currency: 'USD' },
        ],
        stock: [{ onHand: 7 }],
      },
    ]);
  });

  test('leaves what staff changed by hand until the row itself changes', async () => {
    const row = { id: 'hand', title: 'From the file', sku: 'HAND', price_minor: 5, currency: 'USD' };
    await run([row]);
    await updateProduct(ctx(), { productId: (await bySku('HAND'))?.id ?? '', title: 'By hand' });
    expect(await run([row])).toMatchObject({ unchanged: 1 });
    expect(await bySku('HAND')).toMatchObject({ title: 'By hand' });
    expect(await run([{ ...row, price_minor: 6 }])).toMatchObject({ updated: 1 });
    expect(await bySku('HAND')).toMatchObject({ title: 'From the file' });
  });

  test('makes a draft of a product whose price is gone, and leaves an archived one alone', async () => {
    const row = { id: 'gone', title: 'Going', sku: 'GONE', price_minor: 5, currency: 'USD' };
    await run([row]);
    expect(await run([{ ...row, price_minor: null }])).toMatchObject({ updated: 1, drafts: 1 });
    expect(await bySku('GONE')).toMatchObject({ status: 'draft' });
    await run([row]);
    const product = await bySku('GONE');
    expect(product?.status).toBe('active');
    await updateProduct(ctx(), { productId: product?.id ?? '', status: 'archived' });
    expect(await run([{ ...row, title: 'Gone' }])).toMatchObject({ updated: 1 });
    expect(await bySku('GONE')).toMatchObject({ status: 'archived', title: 'Gone' });
  });

  test('archives variants that left the row and takes them back when they return', async () => {
    const variant = (id: string, price_minor: number | null = 10) => ({
      id,
      sku: id,
      attributes: { n: id },
      price_minor,
    });
    const row = (...variants: object[]) => ({ id: 'vv', title: 'Variants', currency: 'USD', variants });
    await run([row(variant('va'), variant('vb'))]);
    await run([row(variant('va'), variant('vc', null))]);
    const statuses = async () => (await bySku('va'))?.variants.map(({ sku, status }) => [sku, status]).sort();
    expect(await statuses()).toEqual([
      ['va', 'active'],
      ['vb', 'archived'],
      ['vc', 'active'],
    ]);
    await run([row(variant('va', null), variant('vb'))]);
    expect(await statuses()).toEqual([
      ['va', 'active'],
      ['vb', 'active'],
      ['vc', 'archived'],
    ]);
    const variants = (await bySku('va'))?.variants ?? [];
    expect(variants.find(({ sku }) => sku === 'va')?.prices).toEqual([]);
    expect(variants.find(({ sku }) => sku === 'vb')?.stock[0]?.onHand).toBe(100);
  });

  test('widens the type of an attribute that a value does not fit, and answers old values in the new one', async () => {
    const row = (id: string, value: unknown) => ({
      id,
      title: id,
      sku: id,
      price_minor: 1,
      currency: 'USD',
      attributes: { Size: value },
    });
    const sizeOf = async (slug: string) => (await findProduct(ctx(), { slug, currency: 'USD' })).attributes[0];
    await run([row('w1', 5)]);
    await run([row('w2', 5.5)]);
    expect(await sizeOf('w1')).toEqual({ code: 'size', name: 'Size', type: 'decimal', unit: null, value: 5 });
    await run([row('w3', 'large')]);
    expect(await sizeOf('w1')).toEqual({ code: 'size', name: 'Size', type: 'text', unit: null, value: '5' });
    await run([row('w4', ['a', 'b'])]);
    expect(await sizeOf('w2')).toEqual({ code: 'size', name: 'Size', type: 'multi-text', unit: null, value: ['5.5'] });
  });
});

describe('a job', () => {
  test('is resumed by the same file and options, with the batches that are in', async () => {
    const first = await start('resume');
    expect(first.completedBatches).toEqual([]);
    await importBatch(ctx(), { jobId: first.jobId, batch: 3, firstRow: 1, rows: [{ id: 'j1', title: 'J' }, {}] });
    const again = await start('resume');
    expect(again).toEqual({
      jobId: first.jobId,
      currencies: ['EUR', 'USD'],
      completedBatches: [
        { batch: 3, rowCount: 2, created: 1, updated: 0, unchanged: 0, drafts: 1, failed: 1, warningCount: 0 },
      ],
    });
    expect((await start('resume', { publishUnpriced: true })).jobId).not.toBe(first.jobId);
    expect((await start('another')).jobId).not.toBe(first.jobId);
  });

  test('answers a repeated batch with what the first one came to, and refuses other rows under its number', async () => {
    const { jobId } = await start();
    const batch = { jobId, batch: 0, firstRow: 1, rows: [{ id: 'rep', title: 'Repeat', sku: 'REP' }] };
    const first = await importBatch(ctx(), batch);
    expect(first.created).toBe(1);
    expect(await importBatch(ctx(), batch)).toEqual(first);
    await expect(importBatch(ctx(), { ...batch, rows: [{ id: 'rep2', title: 'x' }] })).rejects.toMatchObject({
      code: 'import_batch_mismatch',
    });
    expect((await bySku('REP'))?.version).toBe(1);
  });

  test('adds up what its batches came to, takes no more once finished, and starts anew', async () => {
    const { jobId } = await start('finish');
    for (const batch of [0, 1]) {
      await importBatch(ctx(), { jobId, batch, firstRow: 1, rows: [{ id: `f${batch}`, title: 'F' }, 0] });
    }
    const done = await finishImport(ctx(), { jobId });
    expect(done).toEqual({ jobId, rowCount: 4, created: 2, updated: 0, unchanged: 0, drafts: 2, failed: 2 });
    expect(await finishImport(ctx(), { jobId })).toEqual(done);
    await expect(
      importBatch(ctx(), { jobId, batch: 2, firstRow: 1, rows: [{ id: 'late', title: 'L' }] }),
    ).rejects.toMatchObject({ code: 'import_completed' });
    expect(
      (await importBatch(ctx(), { jobId, batch: 0, firstRow: 1, rows: [{ id: 'f0', title: 'F' }, 0] })).created,
    ).toBe(1);
    expect((await start('finish')).jobId).not.toBe(jobId);
  });

  test('that is not there is refused', async () => {
    const jobId = randomUUID();
    await expect(importBatch(ctx(), { jobId, batch: 0, firstRow: 1, rows: [{}] })).rejects.toMatchObject({
      code: 'import_not_found',
    });
    await expect(finishImport(ctx(), { jobId })).rejects.toMatchObject({ code: 'import_not_found' });
  });

  test('is for staff with the permission; empty and endless batches are refused', async () => {
    const guest = catalogRouter.createCaller(makeCtx(runtime));
    await expect(guest.startImport({ kind: 'products', sourceHash: 'x' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    const caller = catalogRouter.createCaller(ctx());
    const { jobId } = await caller.startImport({ kind: 'products', sourceHash: 'by-router' });
    for (const rows of [[], Array.from({ length: 501 }, () => ({}))]) {
      await expect(caller.importBatch({ jobId, batch: 0, firstRow: 1, rows })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
    }
    expect(
      await caller.importBatch({ jobId, batch: 0, firstRow: 1, rows: [{ id: 'via', title: 'Via' }] }),
    ).toMatchObject({ created: 1 });
    expect(await caller.finishImport({ jobId })).toMatchObject({ created: 1, drafts: 1 });
  });

  test('that fails half way leaves nothing behind, not even a category', async () => {
    const { jobId } = await start();
    const broken = { ...runtime.ids, uuid: failingAfter(3) };
    const rows = ['h1', 'h2', 'h3', 'h4'].map((id) => ({ id, title: id, sku: id, category_path: ['Half way'] }));
    await expect(importBatch({ ...ctx(), ids: broken }, { jobId, batch: 0, firstRow: 1, rows })).rejects.toThrow(
      'broken',
    );
    expect(await bySku('h1')).toBeUndefined();
    runtime.clock.advance(10);
    expect((await listCategories(ctx())).items.map(({ name }) => name)).not.toContain('Half way');
    expect(await importBatch(ctx(), { jobId, batch: 0, firstRow: 1, rows })).toMatchObject({ created: 4 });
    expect((await listCategories(ctx())).items.map(({ name }) => name)).toContain('Half way');
  });
});

function failingAfter(count: number): (now: Date) => string {
  let calls = 0;
  return (now) => {
    calls += 1;
    if (calls > count) throw new Error('broken');
    return runtime.ids.uuid(now);
  };
}
