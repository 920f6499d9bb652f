import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { createCategory } from '../catalog/index.ts';
import { maintainSearch, writeSearchAnew } from './maintain-search.ts';
import { rebuildSearch } from './rebuild-search.ts';
import type { SearchInput } from './schema.ts';
import { searchProducts } from './search-products.ts';
import { createSearchRule, deleteSearchRule, updateSearchRule } from './settings/change-rules.ts';
import { createSynonym, deleteSynonym } from './settings/change-synonyms.ts';
import { listQueries } from './settings/list-settings.ts';
import { setStopWords } from './settings/set-stop-words.ts';
import { suggest } from './suggest.ts';

let runtime: TestRuntime;
const ids = new Map<string, string>();
const ctx = () => makeCtx(runtime);
const search = (input: Partial<SearchInput> = {}) =>
  searchProducts(ctx(), { currency: 'EUR', sort: 'relevance', limit: 24, ...input });
const titles = async (q: string, input: Partial<SearchInput> = {}) =>
  (await search({ q, ...input })).items.map(({ title }) => title);
const RULE = { name: 'Rule', query: null, match: 'exact' as const, pinned: [], hidden: [], boosts: [], active: true };

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await createCategory(ctx(), { name: 'Hooded tops' });
  const products: [string, string][] = [
    ['Zip hoodie', 'Acme'],
    ['Fleece hoodie', 'Borg'],
    ['Rain jacket', 'Acme'],
    ['Headset WH-1000XM3 with 32 GB', 'Sono'],
    ['Notebook computer', 'Sono'],
    ['Water bottle without straw', 'Hydra'],
    ['Water bottle with straw', 'Hydra'],
  ];
  for (const [title, brand] of products) {
    const category = /hoodie/.test(title) ? ['hooded-tops'] : [];
    const product = await createTestProduct(runtime, { title, brand, categories: category });
    ids.set(title, product.id);
  }
  await maintainSearch(ctx());
});
afterAll(() => runtime.dispose());

describe('what somebody mistyped', () => {
  test.each([
    ['hoddie', ['Zip hoodie', 'Fleece hoodie']],
    ['jaket', ['Rain jacket']],
    ['notebok', ['Notebook computer']],
  ])('%s finds what was meant, and says so', async (q, expected) => {
    const result = await search({ q });
    expect(result.items.map(({ title }) => title).sort()).toEqual([...expected].sort());
    expect(result.corrected).toEqual([{ from: q, to: [expect.any(String)] }]);
  });

  test('a word that a product has is never replaced', async () => {
    expect((await search({ q: 'zip' })).corrected).toEqual([]);
    expect(await titles('xyzzyq')).toEqual([]);
  });
});

describe('model numbers and sizes', () => {
  test.each(['wh-1000xm3', 'wh1000xm3', 'WH1000XM3', '32gb', '32 gb', '32-gb'])('%s', async (q) => {
    expect(await titles(q)).toEqual(['Headset WH-1000XM3 with 32 GB']);
  });
});

test('"without" asks for what lacks the rest, and finds titles that say so first', async () => {
  expect(await titles('bottle without straw')).toEqual(['Water bottle without straw', 'Water bottle with straw']);
});

test('when few products hold all words, those that hold most of what the query says come after them', async () => {
  expect((await titles('zip hoodie'))[0]).toBe('Zip hoodie');
  expect(await titles('zip hoodie')).toContain('Fleece hoodie');
  expect(await titles('"zip hoodie"')).toEqual(['Zip hoodie']);
});

describe('synonyms', () => {
  test('find one another, one-way ones in one direction, until they are removed', async () => {
    expect(await titles('laptop')).toEqual([]);
    const both = await createSynonym(ctx(), { terms: ['Laptop', 'notebook computer'], oneWay: false });
    expect(await titles('laptop')).toEqual(['Notebook computer']);
    await deleteSynonym(ctx(), { synonymId: both.id });
    expect(await titles('laptop')).toEqual([]);
    const oneWay = await createSynonym(ctx(), { terms: ['anorak', 'jacket'], oneWay: true });
    expect(await titles('anorak')).toEqual(['Rain jacket']);
    expect(await titles('jacket')).toEqual(['Rain jacket']);
    await deleteSynonym(ctx(), { synonymId: oneWay.id });
    await expect(deleteSynonym(ctx(), { synonymId: oneWay.id })).rejects.toMatchObject({
      code: 'search_setting_not_found',
    });
  });

  test('of signs only change nothing', async () => {
    const signs = await createSynonym(ctx(), { terms: ['!!', 'the'], oneWay: false });
    expect(await titles('!! zip')).toEqual(await titles('zip'));
    await deleteSynonym(ctx(), { synonymId: signs.id });
  });

  test('are refused in a locale that the store has not, and nothing is kept', async () => {
    const before = await querySql(runtime.config.databaseUrl, 'select * from search_synonyms');
    await expect(createSynonym(ctx(), { locale: 'fr', terms: ['a', 'b'], oneWay: false })).rejects.toMatchObject({
      code: 'search_locale_unknown',
    });
    expect(await querySql(runtime.config.databaseUrl, 'select * from search_synonyms')).toEqual(before);
  });
});

test('stop words of the merchant are left out of queries', async () => {
  expect((await titles('rain cheap')).length).toBeGreaterThan(0);
  await setStopWords(ctx(), { locale: 'en', words: ['Cheap'] });
  expect(await titles('cheap "rain jacket"')).toEqual(['Rain jacket']);
  expect(await titles('cheap')).toEqual([]);
  await setStopWords(ctx(), { locale: 'en', words: [] });
});

describe('rules', () => {
  test('pin products first, whatever the words, hide others, and boost by facet; in relevance only', async () => {
    const pinned = ids.get('Rain jacket') as string;
    const hidden = ids.get('Zip hoodie') as string;
    const rule = await createSearchRule(ctx(), { ...RULE, query: '  Hoodie ', pinned: [pinned], hidden: [hidden] });
    expect(rule.query).toBe('hoodie');
    expect(await titles('HOODIE')).toEqual(['Rain jacket', 'Fleece hoodie']);
    expect((await search({ q: 'hoodie' })).total).toBe(2);
    expect((await titles('hoodie', { sort: 'name' })).sort()).toEqual(['Fleece hoodie', 'Zip hoodie']);
    expect((await titles('a hoodie')).sort()).toEqual(['Fleece hoodie', 'Zip hoodie']);
    await updateSearchRule(ctx(), { ...RULE, ruleId: rule.id, query: 'hoodie', match: 'contains', hidden: [hidden] });
    expect(await titles('a hoodie')).toEqual(['Fleece hoodie']);
    await updateSearchRule(ctx(), { ...RULE, ruleId: rule.id, boosts: [{ code: 'brand', value: 'Borg', factor: 50 }] });
    expect((await titles('hoodie'))[0]).toBe('Fleece hoodie');
    await updateSearchRule(ctx(), { ...RULE, ruleId: rule.id, boosts: [{ code: 'brand', value: 'Acme', factor: 50 }] });
    expect((await titles('hoodie'))[0]).toBe('Zip hoodie');
    await deleteSearchRule(ctx(), { ruleId: rule.id });
    await expect(updateSearchRule(ctx(), { ...RULE, ruleId: rule.id })).rejects.toMatchObject({
      code: 'search_setting_not_found',
    });
  });
});

describe('suggestions', () => {
  test('go on from the beginning of a word: queries that found something, categories, brands, products', async () => {
    await search({ q: 'hoodie' });
    await search({ q: 'hoodwinked nothing' });
    await listQueries(ctx(), { days: 1, onlyNothing: false, limit: 10 });
    const found = await suggest(ctx(), { q: 'Hood', currency: 'EUR', limit: 5 });
    expect(found.queries).toEqual(['hoodie']);
    expect(found.categories).toEqual([{ slug: 'hooded-tops', name: 'Hooded tops' }]);
    expect(found.products.map(({ title }) => title).sort()).toEqual(['Fleece hoodie', 'Zip hoodie']);
    expect((await suggest(ctx(), { q: 'acm', currency: 'EUR', limit: 5 })).brands).toEqual([
      { slug: 'acme', name: 'Acme' },
    ]);
    expect((await suggest(ctx(), { q: 'zip ho', currency: 'EUR', limit: 5 })).products).toHaveLength(1);
  });

  test.each(["'", '%', '\\', '🧦', "x' & !y", ':*', '<->'])('%s breaks nothing', async (q) => {
    await expect(suggest(ctx(), { q, currency: 'EUR', limit: 5 })).resolves.toBeDefined();
  });

  test('cost one statement', async () => {
    runtime.takeStatements();
    await suggest(ctx(), { q: 'hoo', currency: 'EUR', limit: 5 });
    expect(runtime.takeStatements()).toHaveLength(1);
    await expect(suggest(ctx(), { q: 'x', currency: 'XXX', limit: 5 })).rejects.toMatchObject({
      code: 'currency_unknown',
    });
  });
});

test('what was searched for is counted, and what found nothing is reported', async () => {
  await search({ q: 'Moon  boots' });
  await search({ q: 'moon boots' });
  await search({ q: 'moon boots', filter: { brand: 'Acme' } });
  const report = await listQueries(ctx(), { days: 1, onlyNothing: true, limit: 10 });
  expect(report.items.find(({ query }) => query === 'moon boots')).toEqual({
    locale: 'en',
    query: 'moon boots',
    asked: 3,
    foundNothing: 3,
    total: 0,
  });
});

test('a rebuild writes every document anew and finds the same', async () => {
  const before = await titles('hoodie');
  await querySql(runtime.config.databaseUrl, 'delete from search_documents');
  expect(await titles('hoodie')).toEqual([]);
  await rebuildSearch(makeCtx(runtime, { actor: administrator(runtime.ids.uuid(runtime.clock.now())) }));
  const [row] = await querySql<{ count: string }>(
    runtime.config.databaseUrl,
    "select count(*) from audit_log where action = 'search.rebuild_requested'",
  );
  expect(Number(row?.count)).toBe(1);
  await writeSearchAnew(ctx());
  expect(await titles('hoodie')).toEqual(before);
});

test('documents of another formula are found and written anew', async () => {
  await querySql(runtime.config.databaseUrl, "update search_documents set formula = 0, document = ''");
  expect(await titles('hoodie')).toEqual([]);
  expect((await maintainSearch(ctx())).written).toBe(ids.size);
  expect(await titles('hoodie')).toHaveLength(2);
  expect((await maintainSearch(ctx())).written).toBe(0);
});
