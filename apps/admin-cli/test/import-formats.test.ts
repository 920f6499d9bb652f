import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const SAMPLE = join(import.meta.dirname, '../../../docs/samples/shopify-products.csv');

let store: TestStore;
let empty: TestStore;
beforeAll(async () => {
  [store, empty] = await Promise.all([openStore(), openStore()]);
});
afterAll(async () => {
  await store.close();
  await empty.close();
});

const run = (args: string[], of = store) => of.cli(args);
const importOf = async (file: string, ...more: string[]) => run(['import', 'products', file, ...more]);

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const file = join(store.configHome, name);
  await writeFile(file, content);
  return file;
}

async function productOf(sku: string, of = store) {
  const { stdout } = await of.cli(['products', 'show', sku, '--json']);
  return JSON.parse(stdout);
}

/** Every table that an import may write, but for its own reports. */
async function digest(of = store): Promise<string> {
  const tables = ['products', 'variants', 'prices', 'categories', 'attributes', 'product_categories', 'stock_levels'];
  const parts = [...tables, 'listing', 'search_documents'].map(
    (name) => `select to_jsonb(t)::text as row from ${name} t`,
  );
  const [row] = await querySql<{ digest: string }>(
    of.databaseUrl,
    `select md5(coalesce(string_agg(row, '|' order by row), '')) as digest from (${parts.join(' union all ')}) all_rows`,
  );
  return row?.digest ?? '';
}

const counts = (created: number, updated: number, unchanged: number, drafts: number, failed = 0): string =>
  `created ${created}, updated ${updated}, unchanged ${unchanged}, drafts ${drafts}, failed ${failed}\n`;

describe('a Shopify file', () => {
  it('tells in a dry run what an import then does, and changes nothing', async () => {
    const before = await digest();
    const trial = await importOf(SAMPLE, '--dry-run');
    expect([trial.code, trial.stdout]).toEqual([0, counts(5, 0, 0, 2)]);
    expect(await digest()).toBe(before);
    const real = await importOf(SAMPLE);
    expect([real.code, real.stdout]).toEqual([trial.code, trial.stdout]);
    expect(real.stderr).toContain('The file is read as shopify');
    expect(await digest()).not.toBe(before);
  });

  it('becomes products with options, pictures in their order, category, stock and status', async () => {
    expect(await productOf('KETTLE-RED-1')).toMatchObject({
      slug: 'stovetop-kettle',
      externalId: 'stovetop-kettle',
      title: 'Stovetop Kettle',
      description: '<p>Holds 1.5 litres, and whistles.</p>\n<p>Also called a "fisherman\'s kettle".</p>',
      brand: 'Lighthouse Goods',
      status: 'active',
      attributes: { type: 'Kettle', color: ['red', 'blue'] },
      tags: ['kitchen', 'tea'],
      seoTitle: 'A kettle that whistles',
      options: [
        { name: 'Color', values: ['Red', 'Blue'] },
        { name: 'Size', values: ['1 l', '1.5 l'] },
      ],
      images: [
        { url: 'https://lighthouse-goods.example/photos/kettle-red.jpg', alt: 'A red kettle on a stove' },
        { url: 'https://lighthouse-goods.example/photos/kettle-handle.jpg', alt: 'The handle, of beech' },
        { url: 'https://lighthouse-goods.example/photos/kettle-blue.jpg', alt: 'Stovetop Kettle' },
        { url: 'https://lighthouse-goods.example/photos/kettle-box.jpg', alt: 'Stovetop Kettle' },
      ],
      categories: [{ name: 'Kettles' }],
      variants: [
        {
          sku: 'KETTLE-RED-1',
          barcode: '4006381333931',
          weightGrams: 820,
          trackStock: true,
          options: { Color: 'Red', Size: '1 l' },
          prices: [{ amount: 3990, currency: 'EUR' }],
          stock: [{ onHand: 12 }],
          images: [{ url: 'https://lighthouse-goods.example/photos/kettle-red.jpg' }],
        },
        { sku: 'KETTLE-RED-15', prices: [{ amount: 4490, currency: 'EUR' }], stock: [{ onHand: 3 }] },
        { sku: 'KETTLE-BLUE-1', stock: [{ onHand: 0 }] },
      ],
    });
    expect(await productOf('SOAP')).toMatchObject({ options: [], categories: [{ name: 'Soap' }], status: 'active' });
    expect(await productOf('wool-blanket-2')).toMatchObject({ status: 'draft', options: [{ name: 'Pattern' }] });
    expect(await productOf('LANTERN')).toMatchObject({
      status: 'draft',
      variants: [{ trackStock: false, stock: [{ onHand: 100 }] }],
    });
    expect(await productOf('MAP-1890')).toMatchObject({ status: 'archived', title: '=Harbour Map 1890' });
  });

  it('again changes nothing, and a changed row only its product', async () => {
    const before = await digest();
    expect((await importOf(SAMPLE)).stdout).toBe(counts(0, 0, 5, 0));
    expect(await digest()).toBe(before);
    const changed = (await readFile(SAMPLE, 'utf8')).replace('6.50', '7.00');
    expect((await importOf(await fileOf('changed.csv', changed))).stdout).toBe(counts(0, 1, 4, 0));
    expect(await productOf('SOAP')).toMatchObject({ variants: [{ prices: [{ amount: 700, currency: 'EUR' }] }] });
    expect((await importOf(SAMPLE)).stdout).toBe(counts(0, 1, 4, 0));
  });

  it('in the newer names of columns, with CRLF and a byte order mark, is the same file', async () => {
    const renamed: [string, string][] = [
      ['Handle              ', 'URL handle'],
      ['Body (HTML)', 'Description'],
      ['Published', 'Published on online store'],
      ['Variant SKU', 'SKU'],
      ['Variant Price', 'Price'],
      ['Variant Barcode', 'Barcode'],
      ['Variant Inventory Qty', 'Inventory quantity'],
      ['Image Src', 'Product image URL'],
      ['Variant Image', 'Variant image URL'],
    ];
    const text = renamed.reduce((all, [from, to]) => all.replace(from, to), await readFile(SAMPLE, 'utf8'));
    const file = await fileOf('newer.csv', `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect((await importOf(file)).stdout).toBe(counts(0, 0, 5, 0));
    const utf16 = await fileOf('utf16.csv', Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect((await importOf(utf16)).stdout).toBe(counts(0, 0, 5, 0));
  });

  it('reports a bad cell by row, column and code, and keeps the report', async () => {
    const text = `Handle,Title,Variant Price,Status\nbad-1,One,12.505,active\nbad-2,"Two\nlines",x,active\ngood,Three,1,active\nbad-4,Four,1,sold`;
    const file = await fileOf('bad.csv', text);
    const { code, stdout, stderr } = await importOf(file);
    expect([code, stdout]).toEqual([65, counts(1, 0, 0, 0, 3)]);
    expect(stderr).toContain('row 2: error: Variant Price: "12.505" is not a price in EUR such as 12.50.');
    expect(stderr).toContain('row 3: error: Variant Price: "x" is not a price');
    expect(stderr).toContain('row 6: error: Status: "sold" is none of active, draft, archived, unlisted.');
    const { items } = JSON.parse((await run(['imports', 'list', '--json'])).stdout);
    expect(items[0]).toMatchObject({
      fileName: 'bad.csv',
      format: 'shopify',
      status: 'completed',
      created: 1,
      failed: 3,
    });
    const report = JSON.parse((await run(['imports', 'show', items[0].id, '--limit', '2', '--json'])).stdout);
    expect(report.items).toMatchObject([
      { kind: 'error', row: 2, column: 'Variant Price', code: 'cell_invalid' },
      { kind: 'error', row: 3, column: 'Variant Price', code: 'cell_invalid' },
    ]);
    const rest = ['imports', 'show', items[0].id, '--cursor', report.nextCursor, '--json'];
    expect(JSON.parse((await run(rest)).stdout).items).toMatchObject([{ row: 6, column: 'Status' }]);
    expect((await run(['imports', 'show', items[0].id])).stdout).toContain('bad.csv: done');
  });

  it('with --strict takes all rows or none', async () => {
    const before = await digest();
    const text = 'Handle,Title,Variant Price\nstrict-1,One,1\nstrict-2,Two,x\n';
    const refused = await importOf(await fileOf('strict.csv', text), '--strict');
    expect([refused.code, refused.stdout]).toEqual([65, '']);
    expect(refused.stderr).toContain('row 3: error: Variant Price: "x"');
    expect(refused.stderr).toContain('Nothing was changed');
    expect(await digest()).toBe(before);
    const good = await importOf(await fileOf('strict.csv', text.replace('x', '2')), '--strict');
    expect([good.code, good.stdout]).toEqual([0, counts(2, 0, 0, 0)]);
  });
});

describe('an export', () => {
  it.each(['ndjson', 'csv', 'shopify'])('as %s, taken back by its own store, changes nothing', async (format) => {
    const file = join(store.configHome, `back.${format}`);
    const written = await run(['export', 'products', file, '--format', format]);
    expect([written.code, written.stderr]).toEqual([0, '']);
    const { n } = JSON.parse(`{"n":${written.stdout.replace('products ', '')}}`);
    const before = await digest();
    expect((await importOf(file)).stdout).toBe(counts(0, 0, n, 0));
    expect(await digest()).toBe(before);
  });

  it('as NDJSON and as CSV makes the same products in an empty store', async () => {
    const text = async (of: TestStore, format: string) =>
      (await of.cli(['export', 'products', '-', '--format', format])).stdout;
    const file = join(store.configHome, 'whole.csv');
    await run(['export', 'products', file, '--format', 'csv']);
    const { stdout, stderr } = await run(['import', 'products', file], empty);
    expect([stdout.startsWith('created 8, updated 0'), stderr]).toEqual([true, expect.not.stringContaining('row ')]);
    expect(await text(empty, 'ndjson')).toBe(await text(store, 'ndjson'));
    expect(await text(empty, 'csv')).toBe(await readFile(file, 'utf8'));
    expect(await text(empty, 'shopify')).toBe(await text(store, 'shopify'));
  });

  it('writes no cell that a spreadsheet takes for a formula, and takes the apostrophe away again', async () => {
    const titles = ['=1+1', '+1', '-1', '@SUM(A1)', "'=x", "'quoted", '＝1', 'a=b'];
    const rows = titles
      .map((title, i) => JSON.stringify({ id: `=f${i}`, title, brand: title, sku: `F${i}` }))
      .join('\n');
    await importOf(await fileOf('formulas.ndjson', rows));
    for (const format of ['csv', 'shopify']) {
      const file = join(store.configHome, `formulas.${format}.csv`);
      await run(['export', 'products', file, '--format', format]);
      const text = await readFile(file, 'utf8');
      expect(text).not.toMatch(/(^|,|\n)"?[=+\-@＝]/);
      expect(text).toContain("'=1+1");
      expect((await importOf(file)).stdout).toMatch(/^created 0, updated 0, unchanged \d+,/);
    }
  });

  it('refuses a file that cannot be written, and a currency that the store does not sell in', async () => {
    expect((await run(['export', 'products', '/no/such/folder/x.csv'])).code).toBe(64);
    const foreign = ['export', 'products', '-', '--format', 'shopify', '--currency', 'CHF'];
    expect(await run(foreign)).toMatchObject({ code: 64, stdout: '' });
  });

  it('is for staff', async () => {
    expect((await store.guest(['export', 'products', '-'])).code).toBe(77);
  });
});

describe('a broken file changes nothing', () => {
  it.each([
    ['an unclosed quote', 'Handle,Title\na,"b\nc,d\n', 'row 2: A quote that begins here is never closed.'],
    ['too many cells', 'Handle,Title\na,b\nc,d,e\n', 'row 3: The row has more cells than the header.'],
    ['a column twice', 'Handle,Title,Title\na,b,c\n', 'row 1, column "Title": The header has this column twice.'],
    ['two names of one column', 'Handle,Title,URL handle\na,b,c\n', 'The column "Handle" is the same.'],
    ['no title column', 'Handle,Vendor\na,b\n', 'The header is that of no known format.'],
    [
      'bytes that are no UTF-8',
      Buffer.from('Handle,Title\na,caf\xe9\n', 'latin1'),
      'row 2: The file is not UTF-8 text.',
    ],
    ['UTF-16 without a mark', Buffer.from('Handle,Title\na,b\n', 'utf16le'), 'looks like UTF-16'],
    [
      'an unknown product column',
      'Product Handle,Product Title,Product Field\na,b,c\n',
      'column "Product Field": There is no such column.',
    ],
    [
      'a price of an unknown region',
      'Product Handle,Product Title,Price Nowhere [EUR]\na,b,1\n',
      'column "Price Nowhere [EUR]": The store has no region "Nowhere".',
    ],
    [
      'a document type',
      '<!DOCTYPE rss [<!ENTITY a "b">]><rss><item><id>1</id></item></rss>',
      'declares a document type',
    ],
    ['an unclosed element', '<rss><item><id>1</id></rss>', 'row 1: The feed is not well-formed XML'],
    ['an undeclared entity', '<rss><item><id>&boom;</id></item></rss>', 'not well-formed XML'],
  ])('%s', async (name, content, message) => {
    const before = await digest();
    const file = await fileOf(`${name.replaceAll(' ', '-')}.txt`, content);
    const { code, stdout, stderr } = await importOf(file);
    expect([code, stdout]).toEqual([65, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Nothing was changed.');
    expect(await digest()).toBe(before);
  });

  it('also when it is of another format than was said', async () => {
    const { code, stderr } = await importOf(SAMPLE, '--format', 'medusa');
    expect(code).toBe(65);
    expect(stderr).toContain('The header lacks "Product Handle", "Product Title".');
  });
});

const samples = join(process.env['CARTWRIGHT_SHARED'] ?? '', 'data', 'import-samples');

describe.skipIf(!existsSync(samples))('files of other systems (needs CARTWRIGHT_SHARED)', () => {
  it.each([
    ['shopify/learnshopdev-products_export_1.csv', 24],
    ['shopify/packt-product-data.csv', 20],
    ['shopify/partners-apparel.csv', 20],
    ['shopify/partners-home-and-garden.csv', 20],
    ['shopify/partners-jewelery.csv', 20],
    ['woocommerce/importer-test-sample.csv', 5],
    ['woocommerce/sample_products.csv', 15],
    ['medusa/exported-products-comma.csv', 2],
    ['medusa/unrelated-column.csv', 1],
    ['google-merchant/feed-rss-example.xml', 1],
  ])('%s goes in whole: %i products', async (name, products) => {
    const file = join(samples, name);
    const first = await importOf(file, '--currency', 'USD');
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('failed 0')]);
    const [created = 0, updated = 0, unchanged = 0] = [...first.stdout.matchAll(/\d+/g)].map(Number);
    expect(created + updated + unchanged).toBe(products);
    expect((await importOf(file, '--currency', 'USD')).stdout).toBe(counts(0, 0, products, 0));
  });

  it.each([
    ['medusa/invalid-column.csv', 'row 1, column "Product field"'],
    ['medusa/invalid-prices.csv', 'row 1, column "Variant Price nonexistent [EUR]"'],
  ])('%s changes nothing', async (name, place) => {
    const before = await digest();
    const { code, stderr } = await importOf(join(samples, name));
    expect([code, stderr]).toEqual([65, expect.stringContaining(place)]);
    expect(await digest()).toBe(before);
  });

  it('prices of a region are taken when it is named', async () => {
    const file = join(samples, 'medusa/prices-with-region.csv');
    expect((await importOf(file, '--region', 'Test Region')).code).toBe(0);
    const lines = (await run(['export', 'products', '-'])).stdout.trim().split('\n');
    const found = lines.map((line) => JSON.parse(line)).find(({ slug }) => slug === 'product-with-prices');
    expect(found?.variants.map(({ prices }: { prices: object }) => prices)).toEqual([{ USD: 4500 }]);
  });
});
