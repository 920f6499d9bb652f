import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { staffCtx } from '../../../testing/shop.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { createCategory } from '../index.ts';
import { updateProduct } from '../update-product.ts';
import { createCollection } from './create-collection.ts';
import type { CollectionRules } from './rules.ts';
import { updateCollection } from './update-collection.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await createCategory(makeCtx(runtime), { name: 'Even' });
});
afterAll(() => runtime.dispose());

const odd = (word: string): CollectionRules => ({ match: 'all', conditions: [{ field: 'title', contains: word }] });

/** Products whose title says so, and those that are in the live set. */
async function chosen(word: string) {
  const titles = (text: string) =>
    query<{ id: string }>(runtime, text, [`%${word}%`]).then((rows) => rows.map(({ id }) => id));
  const expected = await titles(`select id from products where title like $1 order by id`);
  const members = await titles(
    `select product_id as id from collection_products m join collection_sets s on s.id = m.set_id
     where s.state = 'live' and $1 <> '' order by 1`,
  );
  return { expected, members };
}

test('products that change while a rule goes over the catalog end up where they belong', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 30; i += 1) ids.push((await createTestProduct(runtime, { title: `red ${i}` })).id);
  const { id: collection } = await createCollection(staffCtx(runtime), {
    title: 'Colours',
    status: 'active',
    position: 0,
    rules: odd('red'),
  });
  for (let round = 0; round < 8; round += 1) {
    const [from, to] = round % 2 ? ['blue', 'red'] : ['red', 'blue'];
    const rules = odd(to ?? '');
    const changes = ids.map((productId, i) => async () => {
      if (i % 3 === 0) await createTestProduct(runtime, { title: `${to} new ${round} ${i}` });
      await updateProduct(makeCtx(runtime), { productId, title: `${i % 2 ? from : to} ${i}` });
    });
    const build = async () => {
      const sets = await query<{ id: string }>(runtime, `select id from collection_sets where state = 'building'`);
      for (const { id } of sets) await doJobs(runtime, 'collection.build', [{ id, data: { setId: id } }]);
    };
    const rule = updateCollection(staffCtx(runtime), { collection, rules }).then(build);
    await Promise.all([rule, ...changes.map((change) => change()), build()]);
    await build();
    const { expected, members } = await chosen(to ?? '');
    expect(expected.length).toBeGreaterThan(10);
    expect(members).toEqual(expected);
  }
});
