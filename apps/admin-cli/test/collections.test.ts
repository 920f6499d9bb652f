import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 180_000 });

let store: TestStore;
let folder: string;
beforeAll(async () => {
  store = await openStore();
  folder = await mkdtemp(join(tmpdir(), 'cartwright-collections-'));
  for (const [sku, title] of [
    ['POT-1', 'Red pot'],
    ['POT-2', 'Blue pot'],
    ['CUP-1', 'Red cup'],
  ]) {
    await store.cli([
      'products',
      'create',
      '--title',
      `${title}`,
      '--sku',
      `${sku}`,
      '--price',
      '10.00 EUR',
      '--status',
      'active',
    ]);
  }
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const textOf = async (...args: string[]) => (await store.cli(args)).stdout;
const asJson = async (...args: string[]) => JSON.parse(await textOf(...args, '--json'));

it('products are chosen by hand, ordered and taken out', async () => {
  expect(await asJson('collections', 'create', 'Gifts', '--status', 'active')).toMatchObject({
    slug: 'gifts',
    kind: 'manual',
    productCount: 0,
  });
  expect(await asJson('collections', 'add', 'gifts', 'red-pot', 'red-cup')).toMatchObject({ productCount: 2 });
  await store.cli(['collections', 'order', 'gifts', 'red-cup']);
  const shown = await asJson('collections', 'show', 'gifts');
  expect(shown.products.map(({ slug }: { slug: string }) => slug)).toEqual(['red-cup', 'red-pot']);
  expect(await asJson('collections', 'remove', 'gifts', 'red-pot')).toMatchObject({ productCount: 1 });
  expect(await textOf('collections', 'list')).toMatch(/^gifts +Gifts +hand +active +1$/m);
  const { version } = await asJson('collections', 'update', 'gifts', '--title', 'For others');
  const stale = await store.cli([
    'collections',
    'update',
    'gifts',
    '--title',
    'No',
    '--expect-version',
    `${version - 1}`,
  ]);
  expect(stale.code).toBe(65);
  expect(await textOf('collections', 'delete', 'gifts')).toBe('There is no collection gifts any more.\n');
});

it('rules come from a file, are previewed, and judged by the store', async () => {
  const rules = join(folder, 'pots.json');
  await writeFile(rules, JSON.stringify({ match: 'all', conditions: [{ field: 'title', contains: 'pot' }] }));
  expect(await textOf('collections', 'preview', rules)).toMatch(/2 in all\n$/);
  expect(await asJson('collections', 'create', 'Pots', '--rules', rules)).toMatchObject({ kind: 'rules' });
  await writeFile(rules, '{');
  expect((await store.cli(['collections', 'preview', rules])).code).toBe(64);
  await writeFile(rules, JSON.stringify({ match: 'all', conditions: [{ field: 'nope' }] }));
  expect((await store.cli(['collections', 'preview', rules])).code).toBe(64);
  expect((await store.cli(['collections', 'preview', join(folder, 'none.json')])).code).toBe(64);
});

it('reviews are listed, and what is not there is refused', async () => {
  expect(await textOf('reviews', 'list')).toBe('No reviews.\n');
  const id = '01a20916-bf14-7f9f-a01b-5916b6346912';
  expect((await store.cli(['reviews', 'approve', id])).code).toBe(66);
  expect((await store.cli(['reviews', 'reject', id])).code).toBe(64);
  expect((await store.cli(['reviews', 'reply', id, 'Thank you'])).code).toBe(66);
});
