import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { querySql } from '@cartwright/db/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Cli } from '../src/cli.ts';
import { importProducts } from '../src/commands/import-products.ts';
import { readConfig } from '../src/config.ts';
import { openProxy, openStore, type TestStore } from './harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const SAMPLE = join(import.meta.dirname, '../../../docs/samples/shopify-products.csv');
const PRODUCTS = 1_300;

let store: TestStore;
let other: TestStore;
beforeAll(async () => {
  [store, other] = await Promise.all([openStore(), openStore()]);
});
afterAll(async () => {
  await store.close();
  await other.close();
});

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

/** Two variants each; every hundredth product is broken, and ten have the SKU of another. */
function shopifyCsv(prefix: string): string {
  const lines = ['Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty'];
  for (let i = 0; i < PRODUCTS; i += 1) {
    const sku = i % 130 === 1 ? `${prefix}-0-S` : `${prefix}-${i}-S`;
    lines.push(
      `${prefix}-${i},Product ${i},Brand ${i % 7},Type ${i % 5},Size,S,${sku},${i % 100 === 50 ? 'x' : '9.90'},3`,
    );
    lines.push(`${prefix}-${i},,,,,L,${prefix}-${i}-L,12.90,4`);
  }
  return lines.join('\n');
}

const NDJSON = (prefix: string): string =>
  Array.from({ length: PRODUCTS }, (_, i) =>
    JSON.stringify({
      id: `${prefix}-${i}`,
      title: `Product ${i}`,
      sku: `${prefix}-${i}`,
      price_minor: 5,
      currency: 'EUR',
    }),
  ).join('\n');

/** Every product, in order; variants that a file gives no id have ids of their own in each store. */
async function exported(of: TestStore): Promise<string[]> {
  const { stdout } = await of.cli(['export', 'products', '-']);
  const text = stdout.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
  return text.trimEnd().split('\n').sort();
}

it.each([
  ['shopify', shopifyCsv],
  ['ndjson', NDJSON],
])('an import of %s that was killed goes on, and ends as one that was not', async (format, make) => {
  const file = join(store.configHome, `killed-${format}`);
  await writeFile(file, make(`k${format}`));
  let kill: (signal: NodeJS.Signals) => void = () => {};
  const proxy = await openProxy(store.url, ({ path, count }) => {
    // The store gets the second batch or does not, and the process is gone before it hears.
    if (path !== 'catalog.importBatch' || count < 2) return false;
    kill('SIGKILL');
    return count > 2;
  });
  const onSpawn = (stop: typeof kill): void => {
    kill = stop;
  };
  const killed = await store.cli(['import', 'products', file, '--url', proxy.url], { onSpawn });
  await proxy.close();
  expect([killed.code, killed.stdout]).toEqual([null, '']);
  const resumed = await store.cli(['import', 'products', file]);
  expect(resumed.stderr).toMatch(/^Going on with an import that was interrupted \(batches in already: [12]\)\.$/m);
  const whole = await other.cli(['import', 'products', file]);
  expect([resumed.code, resumed.stdout]).toEqual([whole.code, whole.stdout]);
  const [afterKill, uninterrupted] = [await exported(store), await exported(other)];
  expect(afterKill.length).toBeGreaterThan(PRODUCTS - 20);
  // Compared in one go: a difference of a thousand long lines is no use to anybody.
  expect(afterKill.findIndex((line, i) => line !== uninterrupted[i])).toBe(-1);
  expect(afterKill).toHaveLength(uninterrupted.length);
  const again = await store.cli(['import', 'products', file]);
  expect(lastLine(again.stdout)).toMatch(/^created 0, updated 0, /);
});

it('whatever a file is, only what is counted as created or updated is changed', async () => {
  const sample = await readFile(SAMPLE);
  const env = { CARTWRIGHT_URL: store.url, XDG_CONFIG_HOME: store.configHome };
  const config = readConfig({
    ...env,
    CARTWRIGHT_EMAIL: 'owner@example.com',
    CARTWRIGHT_PASSWORD: 'an administrator in tests',
  });
  const versions = async (): Promise<Map<string, number>> => {
    const sql = 'select p.id, p.version from products p';
    const rows = await querySql<{ id: string; version: number }>(store.databaseUrl, sql);
    return new Map(rows.map(({ id, version }) => [id, version]));
  };
  const file = join(store.configHome, 'any.csv');
  // Bytes that are no text refuse the whole file: most of what is put in is text.
  const put = fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 5 }) },
    { weight: 6, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 5 }).map((text) => Buffer.from(text)) },
  );
  const cuts = fc.array(fc.tuple(fc.nat(10_000), fc.nat(6), put), { minLength: 1, maxLength: 2 });
  let changedFiles = 0;
  let files = 0;
  await fc.assert(
    fc.asyncProperty(cuts, async (parts) => {
      // Every file says something new of one product, so that most have something to write.
      files += 1;
      let bytes = Buffer.from(sample.toString().replace('6.50', `${files}.50`));
      for (const [at, length, put] of parts) {
        const from = at % bytes.length;
        bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
      }
      await writeFile(file, bytes);
      const before = await versions();
      const out: string[] = [];
      const cli: Cli = { config, url: store.url, json: true, out: (line) => void out.push(line), err: () => {} };
      const code = await importProducts(cli, file, { defaultStock: 1 }).catch((error) => error.exitCode);
      expect([0, 65]).toContain(code);
      const { created, updated } = out.length === 0 ? { created: 0, updated: 0 } : JSON.parse(out[0] ?? '');
      const after = await versions();
      const isNew = [...after.keys()].filter((id) => !before.has(id)).length;
      const isOther = [...after].filter(([id, version]) => before.has(id) && before.get(id) !== version).length;
      expect({ created: isNew, updated: isOther }).toEqual({ created, updated });
      if (created + updated > 0) changedFiles += 1;
    }),
    { numRuns: 60 },
  );
  expect(changedFiles).toBeGreaterThan(5);
});
