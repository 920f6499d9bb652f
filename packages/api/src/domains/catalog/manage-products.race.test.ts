import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { createCategory } from './categories/create-category.ts';
import { updateProduct } from './update-product.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

const outcomes = (results: PromiseSettledResult<unknown>[]) =>
  results
    .map((result) => (result.status === 'fulfilled' ? 'ok' : String((result.reason as { code?: string }).code)))
    .sort();

test('of parallel products with one SKU exactly one is made', async () => {
  const make = () => createTestProduct(runtime, { sku: 'RACE' });
  expect(outcomes(await Promise.allSettled([make(), make(), make(), make()]))).toEqual([
    'ok',
    'sku_taken',
    'sku_taken',
    'sku_taken',
  ]);
});

test('of parallel products with one slug exactly one is made', async () => {
  const make = () => createTestProduct(runtime, { slug: 'race' });
  expect(outcomes(await Promise.allSettled([make(), make(), make()]))).toEqual(['ok', 'slug_taken', 'slug_taken']);
});

test('of parallel edits of one version exactly one is kept', async () => {
  const { id } = await createTestProduct(runtime);
  const edit = (title: string) => updateProduct(makeCtx(runtime), { productId: id, version: 1, title });
  expect(outcomes(await Promise.allSettled(['a', 'b', 'c'].map(edit)))).toEqual([
    'ok',
    'version_conflict',
    'version_conflict',
  ]);
});

test('of parallel categories of one name exactly one is made', async () => {
  const make = () => createCategory(makeCtx(runtime), { name: 'Race' });
  expect(outcomes(await Promise.allSettled([make(), make(), make()]))).toEqual([
    'category_name_taken',
    'category_name_taken',
    'ok',
  ]);
});
