import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { createAttribute, createCategory } from '../catalog/index.ts';
import { searchRouter } from './router.ts';
import type { SearchInput } from './schema.ts';
import { searchProducts } from './search-products.ts';

let runtime: TestRuntime;
const search = (input: Partial<SearchInput> = {}) =>
  searchProducts(makeCtx(runtime), { currency: 'EUR', sort: 'relevance', limit: 24, ...input });
const titles = async (input: Partial<SearchInput>) => (await search(input)).items.map(({ title }) => title);
const counts = async (code: string, input: Partial<SearchInput> = {}) => {
  const { facets } = await search(input);
  const values = facets.find((facet) => facet.code === code)?.values ?? [];
  return Object.fromEntries(
    values.map(({ value, count, selected }) => [value, selected ? `${count}*` : String(count)]),
  );
};

/** Six shirts: colour, brand and price in EUR cents. */
const SHIRTS = [
  ['Linen shirt', 'Red', 'Acme', 1000],
  ['Cotton shirt', 'Red', 'Acme', 2000],
  ['Silk shirt', 'Blue', 'Acme', 3000],
  ['Wool shirt', 'Blue', 'Borg', 4000],
  ['Denim shirt', 'Blue', 'Borg', 5000],
  ['Mesh shirt', 'Green, dark', 'Cox', 6000],
] as const;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  const ctx = makeCtx(runtime);
  await createAttribute(ctx, { name: 'Colour', type: 'text', filterable: true, searchable: true });
  await createAttribute(ctx, { name: 'Washable', type: 'boolean', filterable: true, searchable: true });
  await createAttribute(ctx, { name: 'Weight', type: 'integer', filterable: false, searchable: false });
  await createCategory(ctx, { name: 'Clothes' });
  await createCategory(ctx, { name: 'Summer', parent: 'clothes' });
  await createCategory(ctx, { name: 'Winter', parent: 'clothes' });
  await createCategory(ctx, { name: 'Sports' });
  for (const [title, Colour, brand, amount] of SHIRTS) {
    await createTestProduct(runtime, {
      title,
      brand,
      prices: [{ amount, currency: 'EUR' }],
      categories: [title.startsWith('Wool') ? 'winter' : 'summer'],
      attributes: { colour: Colour, washable: title !== 'Silk shirt', weight: amount },
    });
    runtime.clock.advance(1);
  }
  await createTestProduct(runtime, {
    title: 'Draft shirt',
    brand: 'Acme',
    status: 'draft',
    attributes: { colour: 'Red' },
  });
  await createTestProduct(runtime, { title: 'Dollar shirt', prices: [{ amount: 1, currency: 'USD' }] });
  await createTestProduct(runtime, {
    title: 'Café crème mug',
    description: '<p>For a <b>shirt</b> lover</p>',
    sku: 'MUG-7',
  });
});
afterAll(() => runtime.dispose());

describe('words', () => {
  test('are found in title, brand, SKU, category, attributes and description, without accents and endings', async () => {
    expect(await titles({ q: 'linens' })).toEqual(['Linen shirt']);
    expect(await titles({ q: 'creme' })).toEqual(['Café crème mug']);
    expect(await titles({ q: 'CAFÉ' })).toEqual(['Café crème mug']);
    expect(await titles({ q: 'mug-7' })).toEqual(['Café crème mug']);
    expect(await titles({ q: 'cox' })).toEqual(['Mesh shirt']);
    expect(await titles({ q: 'winter' })).toEqual(['Wool shirt']);
    expect((await titles({ q: 'washable' })).length).toBe(5);
    expect(await titles({ q: 'lover' })).toEqual(['Café crème mug']);
  });

  test('count more in a title than in a description, and stay out of HTML tags', async () => {
    const found = await titles({ q: 'shirt' });
    expect(found).toHaveLength(7);
    expect(found.at(-1)).toBe('Café crème mug');
    expect(await titles({ q: 'p' })).toEqual([]);
  });

  test('may be phrases and exclusions', async () => {
    expect(await titles({ q: '"silk shirt"' })).toEqual(['Silk shirt']);
    expect(await titles({ q: '"shirt silk"' })).toEqual([]);
    expect(await titles({ q: 'shirt -red -blue -lover' })).toEqual(['Mesh shirt']);
  });

  test.each([undefined, '', '   '])('may be missing (%j): everything is listed, the newest first', async (q) => {
    const result = await search({ ...(q !== undefined && { q }) });
    expect(result.items[0]?.title).toBe('Café crème mug');
    expect(result.total).toBe(7);
  });

  test.each([`'`, `"`, `\\`, `%`, `'); drop table products; --`, `:*&|!()`, 'the', '🧦', '<b>'])(
    'may be anything: %s finds nothing and breaks nothing',
    async (q) => {
      expect(await search({ q })).toMatchObject({ items: [], total: 0, nextCursor: null });
    },
  );

  test('never find a draft or what has no price in the currency', async () => {
    expect(await titles({ q: 'draft' })).toEqual([]);
    expect(await titles({ q: 'dollar' })).toEqual([]);
    expect(await titles({ q: 'dollar', currency: 'USD' })).toEqual(['Dollar shirt']);
  });
});

describe('facets', () => {
  test('count what is there, the most frequent first, and no attribute that is not filterable', async () => {
    const { facets, total } = await search({ q: 'shirt -mug' });
    expect(total).toBe(6);
    expect(facets.map(({ code, name }) => [code, name])).toEqual([
      ['category', 'Category'],
      ['price', 'Price'],
      ['brand', 'Brand'],
      ['colour', 'Colour'],
      ['washable', 'Washable'],
      ['stock', 'Availability'],
    ]);
    expect(facets.find(({ code }) => code === 'colour')?.values).toEqual([
      { value: 'Blue', label: 'Blue', count: 3, selected: false },
      { value: 'Red', label: 'Red', count: 2, selected: false },
      { value: 'Green, dark', label: 'Green, dark', count: 1, selected: false },
    ]);
    expect(facets.find(({ code }) => code === 'price')?.range).toEqual({
      min: { amount: 1000, currency: 'EUR' },
      max: { amount: 6000, currency: 'EUR' },
    });
  });

  test('apply every filter except their own', async () => {
    const input = { q: 'shirt', filter: { colour: 'Red', brand: 'Acme' } };
    expect(await titles(input)).toEqual(expect.arrayContaining(['Linen shirt', 'Cotton shirt']));
    expect((await search(input)).total).toBe(2);
    // Acme in any colour; Red of any brand; both for the rest.
    expect(await counts('colour', input)).toEqual({ Red: '2*', Blue: '1' });
    expect(await counts('brand', input)).toEqual({ Acme: '2*' });
    expect(await counts('washable', input)).toEqual({ true: '2' });
  });

  test('take several values of one filter as alternatives', async () => {
    const input = { q: 'shirt', filter: { colour: 'Red,Blue', brand: 'Borg' } };
    expect((await search(input)).total).toBe(2);
    expect(await counts('colour', input)).toEqual({ Blue: '2*' });
    expect(await counts('brand', input)).toEqual({ Acme: '3', Borg: '2*' });
  });

  test('count the price range without the price filter, and everything else with it', async () => {
    const input = { q: 'shirt', filter: { price: '2000..4000', colour: 'Blue' } };
    const result = await search(input);
    expect(result.total).toBe(2);
    expect(result.facets.find(({ code }) => code === 'price')?.range).toMatchObject({
      min: { amount: 3000 },
      max: { amount: 5000 },
    });
    expect(await counts('colour', input)).toEqual({ Blue: '2*', Red: '1' });
    expect(await counts('brand', input)).toEqual({ Acme: '1', Borg: '1' });
  });

  test('lead down the categories one step at a time', async () => {
    expect(await counts('category', { q: 'shirt -mug' })).toEqual({ clothes: '6' });
    const below = await search({ category: 'clothes', filter: { colour: 'Blue' } });
    expect(await counts('category', { category: 'clothes', filter: { colour: 'Blue' } })).toEqual({
      summer: '2',
      winter: '1',
    });
    expect(below.categoryPath).toEqual([{ slug: 'clothes', name: 'Clothes' }]);
    const leaf = await search({ category: 'winter' });
    expect(leaf.categoryPath.map(({ slug }) => slug)).toEqual(['clothes', 'winter']);
    expect(leaf.total).toBe(1);
    expect(leaf.facets.some(({ code }) => code === 'category')).toBe(false);
  });

  test('take a value with a comma as \\,', async () => {
    expect(await titles({ filter: { colour: 'Green\\, dark' } })).toEqual(['Mesh shirt']);
  });

  test('find nothing for a value that nothing has, and still say what there is', async () => {
    const input = { q: 'shirt', filter: { colour: 'Plaid' } };
    expect(await search(input)).toMatchObject({ items: [], total: 0 });
    expect(await counts('colour', input)).toEqual({ Blue: '3', Red: '2', 'Green, dark': '1' });
  });

  test('work on three statements whatever is asked', async () => {
    runtime.takeStatements();
    await search({ q: 'shirt', category: 'clothes', filter: { colour: 'Red', washable: 'true', price: '1..' } });
    expect(runtime.takeStatements()).toHaveLength(3);
  });
});

describe('refusals', () => {
  test.each<[string, Partial<SearchInput>]>([
    ['filter_unknown', { filter: { nope: 'x' } }],
    ['filter_unknown', { filter: { weight: '1000' } }],
    ['filter_unknown', { filter: { "x' or 1=1": 'x' } }],
    ['filter_invalid', { filter: { colour: '' } }],
    ['category_unknown', { category: 'nope' }],
    ['currency_unknown', { currency: 'XXX' }],
    ['cursor_invalid', { q: 'shirt', cursor: 'x' }],
    [
      'cursor_invalid',
      {
        q: 'shirt',
        cursor: Buffer.from('["search:relevance",-1,"00000000-0000-7000-8000-000000000001"]').toString('base64url'),
      },
    ],
  ])('%s', async (code, input) => {
    await expect(search(input)).rejects.toMatchObject({ code });
  });

  test('more filters, longer words and other orders than there are', async () => {
    const caller = searchRouter.createCaller(makeCtx(runtime));
    const nine = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}`, 'x']));
    await expect(caller.products({ filter: nine })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(caller.products({ q: 'x'.repeat(201) })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(caller.products({ q: 'a\0b' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(caller.products({ sort: 'colour' as never })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect((await caller.products({ q: 'linen' })).items).toHaveLength(1);
  });
});

describe('pages', () => {
  test.each(['relevance', 'newest', 'price', '-price', 'name', 'rating', 'best-selling'] as const)(
    'by %s have no gap and no repetition',
    async (sort) => {
      const whole = await search({ q: 'shirt', sort, limit: 100 });
      expect(whole.items).toHaveLength(7);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await search({ q: 'shirt', sort, limit: 2, ...(cursor && { cursor }) });
        expect(page.total).toBe(7);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && seen.length < 20);
      expect(seen).toEqual(whole.items.map(({ id }) => id));
    },
  );

  test('without words go on in the order of newest', async () => {
    const first = await search({ limit: 4 });
    const second = await search({ limit: 4, cursor: first.nextCursor ?? '' });
    const whole = await search();
    expect([...first.items, ...second.items]).toEqual(whole.items);
  });
});
