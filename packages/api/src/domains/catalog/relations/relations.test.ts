import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DomainError } from '../../../kit/domain-error.ts';
import { appRouter } from '../../../root.ts';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { staffCtx } from '../../../testing/shop.ts';
import { query } from '../../../testing/tell-outbox.ts';
import { createCategory } from '../index.ts';
import { updateProduct } from '../update-product.ts';

let runtime: TestRuntime;
const ids: Record<string, string> = {};
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await createCategory(makeCtx(runtime), { name: 'Kitchen' });
  await createCategory(makeCtx(runtime), { name: 'Pots', parent: 'kitchen' });
  for (const title of ['Pot', 'Lid', 'Spoon', 'Draft']) {
    const status = title === 'Draft' ? 'draft' : 'active';
    const made = await createTestProduct(runtime, {
      title,
      status,
      categories: [title === 'Spoon' ? 'kitchen' : 'pots'],
    });
    ids[title] = made.id;
  }
  ids['Rake'] = (await createTestProduct(runtime, { title: 'Rake', prices: [{ amount: 1, currency: 'USD' }] })).id;
  for (let i = 0; i < 3; i += 1) await createTestProduct(runtime, { title: `Pan ${i}`, categories: ['pots'] });
  await query(
    runtime,
    `update listing set units_sold = 9 where product_id = (select id from products where slug = 'pan-1')`,
  );
});
afterAll(() => runtime.dispose());
beforeEach(() => query(runtime, 'delete from product_relations'));

const staff = () => appRouter.createCaller(staffCtx(runtime)).catalog;
const shopper = () => appRouter.createCaller(makeCtx(runtime)).catalog;
const set = (products: string[], kind: 'related' | 'accessory' = 'related') =>
  staff().setRelations({ productId: ids['Pot'] ?? '', kind, products });
const related = async (input: object = {}) => {
  const { source, items } = await shopper().related({ slug: 'pot', ...input });
  return [source, ...items.map(({ title }) => title)];
};

async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  if (!(error?.cause instanceof DomainError)) throw error ?? new Error('The call was not refused');
  return { code: error.cause.code, details: error.cause.details };
}

describe('what goes with a product', () => {
  test('is shown in the order chosen, as far as shoppers see it, in one statement', async () => {
    await set(['spoon', 'draft', ids['Lid'] ?? '', 'rake', 'spoon']);
    runtime.takeStatements();
    expect(await related()).toEqual(['chosen', 'Spoon', 'Lid']);
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(await related({ limit: 1 })).toEqual(['chosen', 'Spoon']);
    expect(await refusalOf(related({ currency: 'XXX' }))).toEqual({
      code: 'currency_unknown',
      details: { currency: 'XXX' },
    });
    expect((await refusalOf(shopper().related({ slug: 'draft' }))).code).toBe('product_not_found');
    await updateProduct(makeCtx(runtime), { productId: ids['Draft'] ?? '', status: 'active' });
    expect(await related()).toEqual(['chosen', 'Spoon', 'Draft', 'Lid']);
    await updateProduct(makeCtx(runtime), { productId: ids['Draft'] ?? '', status: 'draft' });
  });

  test('is what sells best in its category while nothing is chosen in that way, and says so', async () => {
    await set(['spoon'], 'accessory');
    expect(await related({ kind: 'accessory' })).toEqual(['chosen', 'Spoon']);
    expect(await related()).toEqual(['category', 'Pan 1', 'Pan 2', 'Pan 0', 'Lid']);
    expect(await related({ limit: 2 })).toEqual(['category', 'Pan 1', 'Pan 2']);
    expect(await related({ kind: 'up_sell', limit: 1 })).toEqual(['category', 'Pan 1']);
  });

  test('is empty, not a guess, when all that was chosen is hidden', async () => {
    await set(['draft']);
    expect(await related()).toEqual(['chosen']);
  });

  test('is seen by staff with drafts, kind by kind, replaced as a whole, and noted', async () => {
    await set(['lid'], 'accessory');
    await set(['spoon', 'draft']);
    await set(['draft', 'spoon']);
    const { relations } = await staff().relations({ productId: ids['Pot'] ?? '' });
    expect(relations.map(({ kind, products }) => [kind, products.map(({ slug, status }) => [slug, status])])).toEqual([
      ['accessory', [['lid', 'active']]],
      [
        'related',
        [
          ['draft', 'draft'],
          ['spoon', 'active'],
        ],
      ],
    ]);
    expect((await set([])).relations.map(({ kind }) => kind)).toEqual(['accessory']);
    const [last] = await query(runtime, `select action, target, detail from audit_log order by id desc limit 1`);
    expect(last).toEqual({
      action: 'product.relations_set',
      target: `product:${ids['Pot']}`,
      detail: { kind: 'related', productIds: [] },
    });
  });

  test.each([
    ['a product that there is not', ['lid', 'nope'], '/products/1'],
    ['the product itself', ['lid', 'pot'], '/products/1'],
  ])('is not changed by %s', async (_, products, pointer) => {
    await set(['spoon']);
    const before = await query(runtime, 'select * from product_relations');
    expect(await refusalOf(set(products))).toMatchObject({ code: 'invalid_input', details: { issues: [{ pointer }] } });
    expect(await query(runtime, 'select * from product_relations')).toEqual(before);
    const nobody = { productId: '00000000-0000-7000-8000-000000000000', kind: 'related' as const, products: [] };
    expect((await refusalOf(staff().setRelations(nobody))).code).toBe('product_not_found');
  });
});
