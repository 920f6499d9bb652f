import { catalogAudit } from '@cartwright/db';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Runtime } from '../../../context.ts';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, openAnotherProcess, type TestRuntime } from '../../../testing/index.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { updateProduct } from '../update-product.ts';
import { createCategory } from './create-category.ts';
import { deleteCategory } from './delete-category.ts';
import { moveCategory } from './move-category.ts';

let runtime: TestRuntime;
let other: Awaited<ReturnType<typeof openAnotherProcess>>;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  other = await openAnotherProcess(runtime);
});
afterAll(async () => {
  await other.close();
  await runtime.dispose();
});

const CATEGORIES = 24;
const OPERATIONS = 160;
const EXPECTED = new Set([
  'category_cycle',
  'category_too_deep',
  'category_not_found',
  'category_unknown',
  'category_not_empty',
]);

test(`of ${OPERATIONS} moves, deletions and product edits at once over two processes, the tree stays a tree and products are listed where they are`, async () => {
  const ids: string[] = [];
  for (let n = 0; n < CATEGORIES; n += 1) {
    const parent = n % 3 === 0 ? undefined : ids[Math.floor(n / 2)];
    ids.push((await createCategory(makeCtx(runtime), { name: `Category ${n}`, ...(parent && { parent }) })).id);
  }
  const products: string[] = [];
  for (const id of ids.slice(0, 12)) products.push((await createTestProduct(runtime, { categories: [id] })).id);
  const before = await deadlocks();

  const index = fc.nat({ max: CATEGORIES - 1 });
  const operation = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('move' as const), a: index, b: fc.option(index) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('put' as const), a: index, b: index }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'reassign' as const), a: index, b: index }),
    },
  );
  const seed = Number(process.env['SEED'] ?? 20_260_301);
  const operations = fc.sample(operation, { seed, numRuns: OPERATIONS });
  const at = (n: number | null) => (n === null ? null : (ids[n] ?? null));
  const act = (process: Runtime, { kind, a, b }: (typeof operations)[number]): Promise<unknown> => {
    const ctx = makeCtx(process);
    const category = at(a) ?? '';
    if (kind === 'move') return moveCategory(ctx, { category, parent: at(b) });
    if (kind === 'delete') return deleteCategory(ctx, { category });
    if (kind === 'reassign') return deleteCategory(ctx, { category, reassignTo: at(b) ?? '' });
    return updateProduct(ctx, { productId: products[a % products.length] ?? '', categories: [category, at(b) ?? ''] });
  };
  const results = await Promise.allSettled(operations.map((each, n) => act(n % 2 === 0 ? runtime : other, each)));

  const refused = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason.code ?? result.reason] : [],
  );
  expect(refused.filter((code) => !EXPECTED.has(code))).toEqual([]);
  expect(results.length - refused.length, `seed ${seed}`).toBeGreaterThan(50);
  expect(await catalogAudit.listCategoryFaults(runtime.db)).toEqual([]);
  const jobs = await query<{ id: string; data: unknown }>(
    runtime,
    `select id::text, data from pgboss.job where name = 'catalog.refresh'`,
  );
  await doJobs(runtime, 'catalog.refresh', jobs);
  expect(await catalogAudit.listListingFaults(runtime.db)).toEqual([]);
  expect(await deadlocks()).toBe(before);
});

async function deadlocks(): Promise<number> {
  const rows = await query<{ deadlocks: string }>(
    runtime,
    `select deadlocks from pg_stat_database where datname = current_database()`,
  );
  return Number(rows[0]?.deadlocks);
}
