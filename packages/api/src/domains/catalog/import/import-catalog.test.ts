import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { listProducts } from '../list-products.ts';
import { finishImport } from './finish-import.ts';
import { importBatch } from './import-batch.ts';
import { startImport } from './start-import.ts';

/** Rows of the same shape and with the same oddities as the real catalog, of our own making. */
function* ownRows(): Generator<string> {
  for (let i = 0; i < 240; i += 1) {
    const priced = i % 6 !== 0;
    const row = {
      id: `own-${i}`,
      source: 'own',
      title: `Sample ${i % 100} – “${i % 2 ? 'blue' : 'red'}”`,
      description: i % 3 ? `<p>Text &amp; more ${i}</p>` : '',
      brand: i % 10 ? `Brand ${i % 9}` : null,
      category_path: i % 8 ? ['Root', `Branch ${i % 5}`, `Leaf ${i % 12}`] : [],
      attributes: {
        Colour: i % 2 ? 'Blue' : 'Red',
        Width: i % 4 ? i : i + 0.5,
        Wireless: i % 2 === 0,
        Mixed: i % 20 ? i : `${i} or so`,
      },
      price_minor: priced ? i * 10 : null,
      currency: priced ? 'USD' : null,
      images: [`/images/${i}.jpg`],
      sku: `OWN-${i % 220}`,
      gtin: ['4006381333931'],
      rating: 4.5,
      ...(i % 30 === 1 && {
        variants: ['S', 'M'].map((size) => ({
          id: `own-${i}-${size}`,
          sku: `OWN-${i}-${size}`,
          attributes: { size },
          price_minor: 700,
          stock: 5,
        })),
      }),
    };
    yield JSON.stringify(row);
  }
}

const shared = process.env['CARTWRIGHT_SHARED'];
const file = shared === undefined ? '' : join(shared, 'data', 'catalog.ndjson.gz');
const SAMPLE_EVERY = 75;

/** Every 75th row of the real catalog, so that each of its sources has some. */
async function* realRows(): AsyncGenerator<string> {
  const stream = createReadStream(file).pipe(createGunzip()).setEncoding('utf8');
  let rest = '';
  let number = 0;
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (number % SAMPLE_EVERY === 0) yield line;
      number += 1;
    }
  }
}

function importsTwice(lines: () => Iterable<string> | AsyncIterable<string>, expected: number) {
  let runtime: TestRuntime;
  const ctx = () => makeCtx(runtime, { actor: administrator('00000000-0000-7000-8000-000000000001') });
  beforeAll(async () => {
    runtime = await makeTestRuntime();
    await seedStore(runtime);
  });
  afterAll(() => runtime.dispose());

  async function run(sourceHash: string) {
    const rows: unknown[] = [];
    for await (const line of lines()) rows.push(JSON.parse(line));
    const options = { defaultStock: 100, publishUnpriced: false, dryRun: false };
    const { jobId } = await startImport(ctx(), { kind: 'products', sourceHash, options });
    const batches = Array.from({ length: Math.ceil(rows.length / 90) }, (_, i) => rows.slice(i * 90, i * 90 + 90));
    await Promise.all(
      batches.map((part, batch) => importBatch(ctx(), { jobId, batch, firstRow: batch * 90 + 1, rows: part })),
    );
    return finishImport(ctx(), { jobId });
  }

  test('goes in completely, and the second time nothing changes', async () => {
    const first = await run('first');
    expect(first).toMatchObject({ rowCount: expected, created: expected, updated: 0, unchanged: 0, failed: 0 });
    const second = await run('second');
    expect(second).toMatchObject({
      rowCount: expected,
      created: 0,
      updated: 0,
      unchanged: expected,
      drafts: 0,
      failed: 0,
    });
    let listed = 0;
    let cursor: string | undefined;
    do {
      const page = await listProducts(ctx(), { currency: 'USD', sort: 'name', limit: 100, ...(cursor && { cursor }) });
      listed += page.items.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(listed).toBe(expected - first.drafts);
  });
}

describe('a file of our own', () => importsTwice(ownRows, 240));

describe.skipIf(!existsSync(file))('the real catalog (needs CARTWRIGHT_SHARED)', () => importsTwice(realRows, 396));
