import { randomUUID } from 'node:crypto';
import { catalogAttributes } from '@cartwright/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { createCategory } from '../categories/create-category.ts';
import { listCategories } from '../categories/list-categories.ts';
import { listAdminProducts } from '../list-admin-products.ts';
import { importBatch } from './import-batch.ts';
import { startImport } from './start-import.ts';

let runtime: TestRuntime;
const ctx = () => makeCtx(runtime, { actor: administrator(randomUUID()) });
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

const start = (sourceHash: string) =>
  startImport(ctx(), {
    kind: 'products',
    sourceHash,
    options: { defaultStock: 1, publishUnpriced: false, dryRun: false },
  });

const row = (id: number) => ({
  id: `r${id}`,
  title: `Thing ${id % 7}`,
  brand: `Brand ${id % 3}`,
  category_path: ['Shared', `Level ${id % 4}`, 'End'],
  attributes: { Colour: `c${id % 5}`, [`A${id % 11}`]: id % 2 === 0 ? id : `text ${id}` },
  sku: `SKU-${id % 20}`,
  price_minor: 100 + id,
  currency: 'USD',
});
const rows = (from: number) => Array.from({ length: 50 }, (_, i) => row(from + i));

test('parallel batches that share categories, attributes, SKUs and addresses all get in, and again change nothing', async () => {
  const { jobId } = await start('race');
  const send = (job: string, batch: number, all = rows(batch * 50)) =>
    importBatch(ctx(), { jobId: job, batch, firstRow: 1 + batch * 50, rows: all });
  const results = await Promise.all([0, 1, 2, 3].map((batch) => send(jobId, batch)));
  expect(results.map(({ created, failed }) => [created, failed])).toEqual([
    [50, 0],
    [50, 0],
    [50, 0],
    [50, 0],
  ]);
  const { items } = await listCategories(ctx());
  expect(items.map(({ name, children }) => [name, children.length])).toEqual([['Shared', 4]]);
  const again = await start('race again');
  const repeated = await Promise.all([3, 2, 1, 0].map((batch) => send(again.jobId, batch)));
  expect(repeated.map(({ unchanged, warnings }) => [unchanged, warnings.length])).toEqual(Array(4).fill([50, 0]));
});

test('parallel batches widen an attribute to what holds the values of all of them', async () => {
  for (let round = 0; round < 6; round += 1) {
    const names = Array.from({ length: 10 }, (_, i) => `Round ${round} size ${i}`);
    const send = async (jobId: string, batch: number, value: unknown) => {
      const attributes = Object.fromEntries(names.map((name) => [name, value]));
      await importBatch(ctx(), {
        jobId,
        batch,
        firstRow: 1,
        rows: [{ ...row(0), id: `w${round}-${batch}`, attributes }],
      });
    };
    const { jobId } = await start(`widen ${round}`);
    await send(jobId, 0, 1);
    await Promise.all([send(jobId, 1, ['a', 'b']), send(jobId, 2, 'large'), send(jobId, 3, 2.5), send(jobId, 4, true)]);
    const codes = names.map((name) => name.toLowerCase().replaceAll(' ', '-'));
    const definitions = await catalogAttributes.listAttributes(runtime.db, { codes });
    expect(definitions.map(({ type }) => type)).toEqual(Array(10).fill('multi-text'));
  }
});

test('one batch sent twice at once is imported once and answered alike', async () => {
  const { jobId } = await start('twice');
  const send = () => importBatch(ctx(), { jobId, batch: 0, firstRow: 1, rows: rows(1000) });
  const [first, second, third] = await Promise.all([send(), send(), send()]);
  expect(first?.created).toBe(50);
  expect(second).toEqual(first);
  expect(third).toEqual(first);
});

test('one import started twice at once is one job', async () => {
  const jobs = await Promise.all([1, 2, 3, 4].map(() => start('at once')));
  expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(1);
});

test('staff who take SKUs, addresses and category names meanwhile stop neither', async () => {
  const { jobId } = await start('meanwhile');
  const imported = Promise.all(
    [0, 1, 2].map((batch) =>
      importBatch(ctx(), {
        jobId,
        batch,
        firstRow: 1,
        rows: rows(2000 + batch * 50).map((each) => ({ ...each, sku: `M-${each.id}`, title: `Meanwhile ${each.id}` })),
      }),
    ),
  );
  const staff = Promise.allSettled([
    ...Array.from({ length: 10 }, (_, i) =>
      createTestProduct(runtime, { sku: `M-r${2000 + i * 15}`, slug: `meanwhile-r${2001 + i * 15}` }),
    ),
    createCategory(ctx(), { name: 'Level 9', parent: 'shared' }),
  ]);
  expect((await imported).reduce((sum, { created }) => sum + created, 0)).toBe(150);
  for (const outcome of await staff) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'conflict' });
  }
  expect((await listAdminProducts(ctx(), { q: 'M-r2000', limit: 5 })).items.length).toBeGreaterThan(0);
});
