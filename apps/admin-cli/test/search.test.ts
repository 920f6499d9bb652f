import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 180_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const textOf = async (...args: string[]) => (await store.cli(args)).stdout;
const asJson = async (...args: string[]) => JSON.parse(await textOf(...args, '--json'));

it('synonyms, stop words and rules are made, listed and removed', async () => {
  const synonym = await asJson('search', 'synonyms', 'add', 'Laptop', 'notebook computer', '--one-way');
  expect(synonym).toMatchObject({ terms: ['laptop', 'notebook computer'], oneWay: true, locale: null });
  expect(await textOf('search', 'synonyms', 'list')).toMatch(/laptop → notebook computer +all$/m);
  expect((await store.cli(['search', 'synonyms', 'remove', synonym.id])).code).toBe(0);
  expect((await store.cli(['search', 'synonyms', 'remove', synonym.id])).code).toBe(66);
  expect(await textOf('search', 'synonyms', 'list')).toBe('No synonyms.\n');

  expect((await store.cli(['search', 'stop-words', 'cheap'])).code).toBe(64);
  expect(await textOf('search', 'stop-words', 'cheap', 'best', '--locale', 'en')).toBe('en: best cheap\n');
  expect(await textOf('search', 'stop-words', '--locale', 'en')).toBe('No stop words.\n');

  await store.cli(['products', 'create', '--title', 'Walnut board', '--sku', 'BOARD-1', '--price', '10.00 EUR']);
  const args = ['Ours', '--query', 'Board', '--boost', 'brand=Acme:2.5'];
  const rule = await asJson('search', 'rules', 'add', ...args);
  expect(rule).toMatchObject({
    query: 'board',
    match: 'exact',
    boosts: [{ code: 'brand', value: 'Acme', factor: 2.5 }],
  });
  expect(await textOf('search', 'rules', 'list')).toContain('exact "board"');
  expect((await store.cli(['search', 'rules', 'add', 'Bad', '--boost', 'brand'])).code).toBe(64);
  expect((await store.cli(['search', 'rules', 'add', 'Bad', '--pin', 'no-such-thing'])).code).toBe(66);
  expect(await textOf('search', 'rules', 'remove', rule.id)).toBe('The rule is gone.\n');
  expect(await textOf('search', 'rebuild')).toBe('The worker writes the index anew.\n');
});

it('what was searched for is reported', async () => {
  await fetch(`${store.url}/v1/search?q=moon%20boots`);
  expect(await textOf('search', 'queries', '--nothing')).toMatch(/^moon boots +en +1 +1 +0$/m);
});
