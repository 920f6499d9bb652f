import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { appRouter } from '@cartwright/api';
import { administrator, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { createApp } from '../src/index.ts';
import { fillStore, STAFF_ID } from './filled-store.ts';

/** What the database writes as JSON is word for word what the schemas of the answers would give. */
const REAL = `${process.env['CARTWRIGHT_SHARED'] ?? '../shared'}/data/catalog.ndjson.gz`;
const LARGEST = 1_000_000_000_000;
const STAFF = { authorization: 'Bearer staff', 'content-type': 'application/json' };

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  const verify = async () => administrator(STAFF_ID);
  app = createApp({ ...runtime, accessTokens: { ...runtime.accessTokens, verify } });
  await fillStore(app, runtime);
});
afterAll(() => runtime.dispose());

const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { output: z.ZodType } }>;

async function textOf(path: string): Promise<string> {
  const response = await app.request(path);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${text}`);
  return text;
}

/** Everything that the text says is what the schema gives back, and nothing is lost or added on the way. */
async function expectAsSchema(path: string, procedure: 'product' | 'products'): Promise<void> {
  const said: unknown = JSON.parse(await textOf(path));
  expect(procedures[`catalog.${procedure}`]?._def.output.parse(said), path).toEqual(said);
}

async function send(path: string, body: object): Promise<void> {
  const response = await app.request(path, { method: 'POST', headers: STAFF, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

async function expectAllPages(): Promise<number> {
  const rows = await querySql<{ slug: string }>(
    runtime.databaseUrl,
    `select slug from products where status = 'active'`,
  );
  const currencies = await querySql<{ code: string }>(runtime.databaseUrl, 'select code from store_currencies');
  let pages = 0;
  for (const { code } of currencies) {
    for (const sort of ['newest', 'price', '-price', 'name', 'rating', 'best-selling']) {
      for (const limit of [1, 24, 100]) {
        await expectAsSchema(`/v1/products?currency=${code}&sort=${sort}&limit=${limit}`, 'products');
        pages += 1;
      }
    }
    for (const { slug } of rows.slice(0, 500)) {
      const path = `/v1/products/${encodeURIComponent(slug)}?currency=${code}`;
      if ((await app.request(path)).status === 404) continue;
      await expectAsSchema(path, 'product');
      pages += 1;
    }
  }
  return pages;
}

test('of products with texts, amounts and pictures of every kind', async () => {
  await send('/v1/admin/products', {
    title: 'Ünï "quoted" \\ back/slash \u2028 😀 <b>&amp;</b>',
    description: 'line\nline\ttab </script>',
    status: 'active',
    images: [{ url: 'https://example.com/ä b.jpg', alt: '"alt"' }],
    options: [{ name: 'Größe', values: ['S', 'M'] }],
    variants: [
      { sku: 'MAX', options: { Größe: 'S' }, prices: [{ amount: LARGEST, currency: 'EUR' }] },
      { sku: 'FREE', options: { Größe: 'M' }, prices: [{ amount: 0, currency: 'EUR' }] },
    ],
  });
  expect(await expectAllPages()).toBeGreaterThan(19);
  const list = JSON.parse(await textOf('/v1/products?sort=-price'));
  const item = list.items.find(({ title }: { title: string }) => title.startsWith('Ünï'));
  expect(item.priceMax).toEqual({ amount: LARGEST, currency: 'EUR' });
});

test('of real products', async (context) => {
  if (!existsSync(REAL)) return context.skip(`there is no ${REAL}`);
  const lines = createInterface({ input: createReadStream(REAL).pipe(createGunzip()) });
  const rows: unknown[] = [];
  for await (const line of lines) {
    rows.push(JSON.parse(line));
    if (rows.length === 400) break;
  }
  lines.close();
  const start = { kind: 'products', sourceHash: 'x'.repeat(64), options: { publishUnpriced: true } };
  const started = await app.request('/v1/admin/imports', {
    method: 'POST',
    headers: STAFF,
    body: JSON.stringify(start),
  });
  const { jobId } = JSON.parse(await started.text());
  for (let from = 0; from < rows.length; from += 100) {
    const body = { batch: from / 100, firstRow: from + 1, rows: rows.slice(from, from + 100) };
    await send(`/v1/admin/imports/${jobId}/batches`, body);
  }
  expect(await expectAllPages()).toBeGreaterThan(200);
});
