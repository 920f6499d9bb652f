import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { createAttribute, createCategory } from '../catalog/index.ts';
import { applySearchChanges } from './maintain-search.ts';
import type { SearchInput, SearchResult } from './schema.ts';
import { searchProducts } from './search-products.ts';

interface Known {
  id: string;
  word: string;
  brand: string;
  colour: string;
  size: string[];
  weight: number;
  category: string;
  price: number | null;
  stock: number;
}

const PRODUCTS = 90;
const FILTER_SETS = 1_000;
const WORDS = ['lamp', 'chair', 'table'];
const BRANDS = ['Acme', 'Borg', 'Cox', 'Dune'];
const COLOURS = ['Red', 'Blue', 'Green', 'Black', 'White'];
const SIZES = ['S', 'M', 'L'];
const CATEGORIES = ['home', 'living', 'bedroom', 'garden'];
/** Each category and those above it. */
const ABOVE: Record<string, string[]> = {
  home: ['home'],
  living: ['home', 'living'],
  bedroom: ['home', 'bedroom'],
  garden: ['garden'],
};

/** The same sequence for a seed: a linear congruential generator (Numerical Recipes). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

let runtime: TestRuntime;
const known: Known[] = [];
const search = (input: Partial<SearchInput> = {}) =>
  searchProducts(makeCtx(runtime), { currency: 'EUR', sort: 'relevance', limit: 100, ...input });

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  const ctx = makeCtx(runtime);
  await createAttribute(ctx, { name: 'Colour', type: 'text', filterable: true, searchable: false });
  await createAttribute(ctx, { name: 'Size', type: 'multi-text', filterable: true, searchable: false });
  await createAttribute(ctx, { name: 'Weight', type: 'integer', filterable: true, searchable: false });
  await createCategory(ctx, { name: 'Home' });
  await createCategory(ctx, { name: 'Living', parent: 'home' });
  await createCategory(ctx, { name: 'Bedroom', parent: 'home' });
  await createCategory(ctx, { name: 'Garden' });
  const next = random(7);
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  for (let n = 0; n < PRODUCTS; n += 1) {
    const each = {
      word: pick(WORDS),
      brand: pick(BRANDS),
      colour: pick(COLOURS),
      size: SIZES.filter(() => next(2) === 1),
      weight: next(20),
      category: pick(CATEGORIES),
      price: next(10) === 0 ? null : 100 * (1 + next(50)),
      stock: next(3) === 0 ? 0 : 5,
    };
    const { id } = await createTestProduct(runtime, {
      title: `${each.word} ${n}`,
      brand: each.brand,
      categories: [each.category],
      showUnpriced: true,
      stock: each.stock,
      prices: each.price === null ? [] : [{ amount: each.price, currency: 'EUR' }],
      attributes: {
        colour: each.colour,
        weight: each.weight,
        ...(each.size.length > 0 && { size: each.size }),
      },
    });
    known.push({ id, ...each });
  }
  await applySearchChanges(ctx);
});
afterAll(() => runtime.dispose());

type Test = (product: Known) => boolean;

interface Drawn {
  input: Partial<SearchInput>;
  /** By the code of the facet, what its filter asks. */
  tests: Map<string, Test>;
  scope: Test;
}

function draw(seed: number): Drawn {
  const next = random(seed);
  const some = (list: readonly string[]): string[] => list.filter(() => next(3) === 0);
  const tests = new Map<string, Test>();
  const filter: Record<string, string> = {};
  const values = (code: string, list: string[], test: (product: Known, chosen: string[]) => boolean): void => {
    if (list.length === 0) return;
    filter[code] = list.join(',');
    tests.set(code, (product) => test(product, list));
  };
  values('brand', some(BRANDS), (product, list) => list.includes(product.brand));
  values('colour', some(COLOURS), (product, list) => list.includes(product.colour));
  values('size', some(SIZES), (product, list) => product.size.some((size) => list.includes(size)));
  if (next(4) === 0) {
    const min = next(10);
    filter['weight'] = `${min}..${min + 5}`;
    tests.set('weight', ({ weight }) => weight >= min && weight <= min + 5);
  }
  if (next(3) === 0) {
    const min = 100 * next(30);
    filter['price'] = `${min}..${min + 2000}`;
    tests.set('price', ({ price }) => price !== null && price >= min && price <= min + 2000);
  }
  if (next(3) === 0) {
    const wanted = next(2) === 0;
    filter['stock'] = wanted ? 'in' : 'out';
    tests.set('stock', ({ stock }) => stock > 0 === wanted);
  }
  const word = next(2) === 0 ? WORDS[next(WORDS.length)] : undefined;
  const category = next(3) === 0 ? CATEGORIES[next(CATEGORIES.length)] : undefined;
  return {
    input: { filter, ...(word && { q: word }), ...(category && { category }) },
    tests,
    scope: (product) =>
      (word === undefined || product.word === word) &&
      (category === undefined || (ABOVE[product.category] ?? []).includes(category)),
  };
}

const tally = (values: string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, list]) => [value, list.length]));

/** What a facet must count: everything in scope that passes all filters but its own. */
function expected(drawn: Drawn, code: string): Known[] {
  return known.filter(
    (product) => drawn.scope(product) && [...drawn.tests].every(([other, test]) => other === code || test(product)),
  );
}

function counted(result: SearchResult, code: string): Record<string, number> {
  const facet = result.facets.find((each) => each.code === code);
  return Object.fromEntries((facet?.values ?? []).map(({ value, count }) => [value, count]));
}

describe('facets', () => {
  test(`count what a brute-force count does, on ${FILTER_SETS} random sets of filters`, async () => {
    for (let seed = 1; seed <= FILTER_SETS; seed += 1) {
      const drawn = draw(seed);
      const result = await search(drawn.input);
      const context = `seed ${seed}: ${JSON.stringify(drawn.input)}`;
      const found = expected(drawn, '');
      expect(result.total, context).toBe(found.length);
      expect(result.items.map(({ id }) => id).sort(), context).toEqual(found.map(({ id }) => id).sort());
      expect(counted(result, 'brand'), context).toEqual(tally(expected(drawn, 'brand').map(({ brand }) => brand)));
      expect(counted(result, 'colour'), context).toEqual(tally(expected(drawn, 'colour').map(({ colour }) => colour)));
      expect(counted(result, 'size'), context).toEqual(tally(expected(drawn, 'size').flatMap(({ size }) => size)));
      const stock = tally(expected(drawn, 'stock').map((product) => (product.stock > 0 ? 'in' : 'out')));
      expect(withoutZeros(counted(result, 'stock')), context).toEqual(stock);
      const prices = expected(drawn, 'price').flatMap(({ price }) => (price === null ? [] : [price]));
      const price = result.facets.find(({ code }) => code === 'price');
      expect(price?.range?.min.amount, context).toBe(prices.length === 0 ? undefined : Math.min(...prices));
      expect(price?.range?.max.amount, context).toBe(prices.length === 0 ? undefined : Math.max(...prices));
      for (const { from, to, count } of price?.histogram ?? []) {
        const inside = prices.filter((amount) => amount >= from.amount && amount <= to.amount);
        expect(count, context).toBe(inside.length);
      }
      const below =
        drawn.input.category === undefined
          ? ['home', 'garden']
          : drawn.input.category === 'home'
            ? ['living', 'bedroom']
            : [];
      const categories = found.flatMap(({ category }) => ABOVE[category] ?? []).filter((slug) => below.includes(slug));
      expect(counted(result, 'category'), context).toEqual(tally(categories));
    }
  }, 240_000);

  test('say within a second of the worker that something has sold out, and that it is back', async () => {
    const product = known.find(({ stock }) => stock > 0) as Known;
    const stockOf = async () => counted(await search(), 'stock');
    const before = await stockOf();
    const url = runtime.config.databaseUrl;
    const set = (units: number) =>
      querySql(
        url,
        'update stock_levels set on_hand = $1 where variant_id in (select id from variants where product_id = $2)',
        [units, product.id],
      );
    await set(0);
    expect(await applySearchChanges(makeCtx(runtime))).toBe(1);
    expect(await stockOf()).toEqual({ in: (before['in'] ?? 0) - 1, out: (before['out'] ?? 0) + 1 });
    await set(5);
    await set(4);
    expect(await applySearchChanges(makeCtx(runtime))).toBe(1);
    expect(await stockOf()).toEqual(before);
    expect(await applySearchChanges(makeCtx(runtime))).toBe(0);
  });
});

test.each(['relevance', 'newest', 'price', '-price', 'name', 'rating', 'best-selling'] as const)(
  'pages by %s visit everything that was there exactly once while products are added',
  async (sort) => {
    const q = 'lamp';
    const there = (await search({ q, sort, limit: 100 })).items.map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | undefined;
    let added = 0;
    do {
      const page = await search({ q, sort, limit: 4, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      added += 1;
      await createTestProduct(runtime, {
        title: `new lamp ${sort} ${added}`,
        prices: [{ amount: 100 * added * 7, currency: 'EUR' }],
      });
    } while (cursor !== undefined);
    expect(seen.filter((id) => there.includes(id))).toEqual(there);
    expect(new Set(seen).size).toBe(seen.length);
    expect(added).toBeGreaterThan(3);
  },
);

const withoutZeros = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
