import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { catalogAudit } from '@cartwright/db';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { query } from '../../../testing/tell-outbox.ts';
import { listCategories } from '../categories/list-categories.ts';
import { catalogRouter } from '../router.ts';
import { importTaxonomy } from './import-taxonomy.ts';
import { orderTaxonomy } from './order-taxonomy.ts';
import type { TaxonomyCategory } from './schema.ts';

let runtime: TestRuntime;
const ctx = () => makeCtx(runtime, { actor: administrator('01900000-0000-7000-8000-000000000001') });
const staff = () => catalogRouter.createCaller(ctx());

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await staff().addLocale({ locale: 'de' });
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  await query(runtime, 'truncate product_categories, category_slugs, category_attributes, categories cascade');
});

const EN: TaxonomyCategory[] = [
  { id: 'cl-2', name: 'Shoes', parent: 'cl' },
  { id: 'cl', name: 'Clothing' },
  { id: 'cl-2-1', name: 'Boots', parent: 'cl-2' },
  { id: 'cl-1', name: 'Dance', parent: 'cl' },
  { id: 'cl-3', name: 'Ballet', parent: 'cl' },
  { id: 'ho', name: 'Home' },
];
/** As translations are: two siblings of one name, and one called as its sibling is in the other language. */
const GERMAN: Record<string, string> = {
  cl: 'Kleidung',
  'cl-1': 'Ballet',
  'cl-2': 'Schuhe',
  'cl-3': 'Schuhe',
  'cl-2-1': 'Stiefel',
  ho: 'Haus & Garten',
};
const DE = EN.map((row) => ({ ...row, name: GERMAN[row.id] ?? '' }));

type Flat = [string, string, string[]];
/** Every category's id in the file, name and the names above it, in order. */
async function tree(locale?: string): Promise<Flat[]> {
  const ids = new Map(
    (await query<{ id: string; external_id: string }>(runtime, 'select id, external_id from categories')).map((row) => [
      row.id,
      row.external_id,
    ]),
  );
  const walk = (nodes: Awaited<ReturnType<typeof listCategories>>['items'], above: string[]): Flat[] =>
    nodes.flatMap((node) => [
      [ids.get(node.id) ?? '', node.name, above] as Flat,
      ...walk(node.children, [...above, node.name]),
    ]);
  return walk((await listCategories(ctx(), { locale })).items, []);
}
const rows = () => query(runtime, 'select * from categories order by external_id, slug');

const ENGLISH_TREE: Flat[] = [
  ['cl', 'Clothing', []],
  ['cl-2', 'Shoes', ['Clothing']],
  ['cl-2-1', 'Boots', ['Clothing', 'Shoes']],
  ['cl-1', 'Dance', ['Clothing']],
  ['cl-3', 'Ballet', ['Clothing']],
  ['ho', 'Home', []],
];
const GERMAN_TREE: Flat[] = [
  ['cl', 'Kleidung', []],
  ['cl-2', 'Schuhe', ['Kleidung']],
  ['cl-2-1', 'Stiefel', ['Kleidung', 'Schuhe']],
  ['cl-1', 'Ballet', ['Kleidung']],
  ['cl-3', 'Schuhe', ['Kleidung']],
  ['ho', 'Haus & Garten', []],
];

describe('a taxonomy', () => {
  test.each([
    [
      'English first',
      [
        ['en', EN],
        ['de', DE],
      ],
    ],
    [
      'German first',
      [
        ['de', DE],
        ['en', EN],
      ],
    ],
  ] as const)('imported in two languages is one tree in both, %s', async (_, files) => {
    for (const [locale, categories] of files) {
      const isFirst = locale === files[0][0];
      expect(await importTaxonomy(ctx(), { locale, categories: [...categories] })).toEqual({
        created: isFirst ? 6 : 0,
        updated: isFirst ? 0 : 6,
        unchanged: 0,
      });
    }
    expect(await tree()).toEqual(ENGLISH_TREE);
    expect(await tree('de')).toEqual(GERMAN_TREE);
    const before = await rows();
    for (const [locale, categories] of files) {
      expect(await importTaxonomy(ctx(), { locale, categories: [...categories] })).toEqual({
        created: 0,
        updated: 0,
        unchanged: 6,
      });
    }
    expect(await rows()).toEqual(before);
    expect(await catalogAudit.listCategoryFaults(runtime.db)).toEqual([]);
  });

  test('takes what is there under the same name, leaves what was moved, and adds what is new', async () => {
    const clothing = await staff().createCategory({ name: 'Clothing', slug: 'our-clothes' });
    const own = await staff().createCategory({ name: 'Shoes', parent: clothing.id });
    await createTestProduct(runtime, { categories: [own.id] });
    expect(await importTaxonomy(ctx(), { locale: 'en', categories: EN })).toEqual({
      created: 4,
      updated: 2,
      unchanged: 0,
    });
    expect(await staff().adminCategory({ category: 'our-clothes' })).toMatchObject({
      id: clothing.id,
      externalId: 'cl',
    });
    await staff().moveCategory({ category: own.id, parent: null });
    const more = [...EN, { id: 'cl-2-2', name: 'Sandals', parent: 'cl-2' }];
    expect(await importTaxonomy(ctx(), { locale: 'en', categories: more })).toEqual({
      created: 1,
      updated: 0,
      unchanged: 6,
    });
    expect((await staff().adminCategory({ category: 'sandals' })).path.map(({ name }) => name)).toEqual([
      'Shoes',
      'Sandals',
    ]);
    expect(await catalogAudit.listListingFaults(runtime.db)).toEqual([]);
  });

  test.each<[string, TaxonomyCategory[], string]>([
    ['an id twice', [...EN, { id: 'cl-1', name: 'X' }], 'cl-1'],
    ['a parent that is not there', [...EN, { id: 'x', name: 'X', parent: 'nope' }], 'x'],
    ['a circle', [...EN, { id: 'x', name: 'X', parent: 'y' }, { id: 'y', name: 'Y', parent: 'x' }], 'x'],
    ['itself as parent', [...EN, { id: 'x', name: 'X', parent: 'x' }], 'x'],
    [
      'too many levels',
      Array.from({ length: 21 }, (_, n) => ({ id: `${n}`, name: `${n}`, parent: n === 0 ? null : `${n - 1}` })),
      '20',
    ],
  ])('with %s is refused as a whole', async (_, categories, category) => {
    await expect(importTaxonomy(ctx(), { locale: 'en', categories })).rejects.toMatchObject({
      code: 'taxonomy_invalid',
      details: { category },
    });
    expect(await rows()).toEqual([]);
  });

  test('in a language that the store does not have is refused', async () => {
    await expect(importTaxonomy(ctx(), { locale: 'fr', categories: EN })).rejects.toMatchObject({
      code: 'locale_unknown',
    });
    expect(await rows()).toEqual([]);
  });
});

test('parents come first, siblings in the order of the file', () => {
  expect(orderTaxonomy(EN).map(({ id, position }) => [id, position])).toEqual([
    ['cl', 0],
    ['ho', 1],
    ['cl-2', 0],
    ['cl-1', 1],
    ['cl-3', 2],
    ['cl-2-1', 0],
  ]);
});

const FOLDER = join(process.env['CARTWRIGHT_SHARED'] ?? '../shared', 'data', 'taxonomies');
interface ShopifyFile {
  verticals: { categories: { id: string; name: string; parent_id: string | null }[] }[];
}

// Skipped where there is no such file; the tests above are its twin on rows of our own.
describe.skipIf(!existsSync(join(FOLDER, 'en.json.gz')))('a taxonomy of 10,281 categories', () => {
  const read = (locale: string): TaxonomyCategory[] => {
    const file = JSON.parse(gunzipSync(readFileSync(join(FOLDER, `${locale}.json.gz`))).toString()) as ShopifyFile;
    return file.verticals.flatMap(({ categories }) =>
      categories.map(({ id, name, parent_id }) => ({ id, name, parent: parent_id })),
    );
  };

  test.each([
    ['en', 'de'],
    ['de', 'en'],
  ])('goes in within ten seconds a language, %s before %s, and is read in one statement', async (...order) => {
    for (const locale of order) {
      const started = performance.now();
      const counts = await importTaxonomy(ctx(), { locale, categories: read(locale) });
      const took = performance.now() - started;
      console.log(`${locale}: ${JSON.stringify(counts)} in ${Math.round(took)} ms`);
      expect(took).toBeLessThan(10_000);
      expect(counts.created + counts.updated + counts.unchanged).toBe(10_281);
    }
    expect(await catalogAudit.listCategoryFaults(runtime.db)).toEqual([]);
    for (const locale of order) {
      runtime.takeStatements();
      const flat = await tree(locale);
      expect(runtime.takeStatements()).toHaveLength(1);
      const names = new Map(read(locale).map(({ id, name }) => [id, name]));
      expect(flat).toHaveLength(10_281);
      expect(flat.filter(([id, name]) => names.get(id) !== name)).toEqual([]);
    }
    const again = await importTaxonomy(ctx(), { locale: order[0], categories: read(order[0]) });
    expect(again).toEqual({ created: 0, updated: 0, unchanged: 10_281 });
  });
});
