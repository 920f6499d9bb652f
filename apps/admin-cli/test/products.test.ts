import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 90_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const ok = async (...args: string[]) => {
  const { code, stdout, stderr } = await store.cli(args);
  expect([code, stderr], args.join(' ')).toEqual([0, '']);
  return stdout;
};

describe('products', () => {
  it('get a brand, tags, a publish window and a new slug; the old slug is kept', async () => {
    await ok('products', 'create', '--title', 'Tea tin', '--sku', 'TIN', '--price', '9.00 EUR', '--stock', '8');
    const window = ['--publish-at', '2031-01-01T08:00:00Z', '--unpublish-at', '2031-02-01T08:00:00+01:00'];
    const shown = await ok('products', 'update', 'TIN', '--brand', 'North', '--tag', 'Gift', '--tag', 'tea', ...window);
    expect(shown).toMatch(/^Tags +gift, tea$/m);
    expect(shown).toMatch(/^Published +from 2031-01-01 08:00.* until 2031-02-01 07:00/m);
    const json = JSON.parse(await ok('products', 'update', 'TIN', '--slug', 'tin', '--publish-at', 'never', '--json'));
    expect(json).toMatchObject({ slug: 'tin', formerSlugs: ['tea-tin'], publishAt: null, brand: 'North', version: 3 });
    expect(JSON.parse(await ok('products', 'list', '--tag', 'GIFT', '--json')).items).toMatchObject([{ slug: 'tin' }]);
    const wrong = await store.cli(['products', 'update', 'TIN', '--publish-at', '2031-13-01T00:00:00Z']);
    expect([wrong.code, (await store.cli(['products', 'update', 'TIN'])).code]).toEqual([64, 64]);
  });

  it('are made of others by a file, and get variants by options', async () => {
    const part = JSON.parse(await ok('products', 'show', 'TIN', '--json'));
    const file = join(store.configHome, 'bundle.json');
    const components = [{ variantId: part.variants[0].id, quantity: 2 }];
    await writeFile(file, JSON.stringify({ title: 'Pair', kind: 'bundle', variants: [{ sku: 'PAIR', components }] }));
    const bundle = await ok('products', 'create', '--file', file);
    expect(bundle).toMatch(/^Kind +bundle$/m);
    expect(bundle).toMatch(/PAIR +TIN +Tea tin +2/);
    await writeFile(
      file,
      JSON.stringify({ publishAt: '2031-01-01T08:00:00Z', translations: { en: { title: 'Duo' } } }),
    );
    const changed = JSON.parse(await ok('products', 'update', 'PAIR', '--file', file, '--json'));
    expect(changed).toMatchObject({ publishAt: '2031-01-01T08:00:00.000Z', translations: { en: { title: 'Duo' } } });

    const tee = { title: 'Tee', variants: [{ sku: 'TEE-S', options: { Size: 'S' } }] };
    await writeFile(file, JSON.stringify(tee));
    await ok('products', 'create', '--file', file);
    const generate = ['products', 'generate-variants', 'TEE-S', '--option', 'Size=S, M,L', '--price', '15.00 EUR'];
    expect(await ok(...generate)).toBe('Added 2, kept 1.\nTEE-M\nTEE-L\n');
    expect((await store.cli(['products', 'generate-variants', 'TEE-S', '--option', 'Size'])).code).toBe(64);
  });
});

describe('brands', () => {
  it('are listed, made, renamed with their products, and deleted when nothing has them', async () => {
    await ok('brands', 'create', 'South', '--description', 'Warm');
    expect(await ok('brands', 'update', 'north', '--name', 'Northern')).toMatch(/Northern +north +1/);
    expect(JSON.parse(await ok('products', 'show', 'TIN', '--json')).brand).toBe('Northern');
    const { items } = JSON.parse(await ok('brands', 'list', '--json'));
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['Northern', 'South']);
    expect((await store.cli(['brands', 'delete', 'north'])).code).toBe(65);
    expect(await ok('brands', 'delete', 'south')).toBe('There is no brand south any more.\n');
    expect((await store.cli(['brands', 'show', 'south'])).code).toBe(66);
  });
});
