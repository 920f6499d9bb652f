import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, openAnotherProcess, type TestRuntime } from '../../../testing/index.ts';
import { query } from '../../../testing/tell-outbox.ts';
import { updateProduct } from '../update-product.ts';
import { createAttribute } from './create-attribute.ts';
import { updateAttribute } from './update-attribute.ts';

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

const ROUNDS = 12;

test('a definition that changes while products are written never leaves a value behind that does not fit it', async () => {
  const products = await Promise.all([1, 2, 3, 4].map(() => createTestProduct(runtime)));
  const changed: boolean[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { code } = await createAttribute(makeCtx(runtime), {
      name: `Round ${round}`,
      type: 'text',
      filterable: false,
      searchable: true,
    });
    const write = (id: string) => updateProduct(makeCtx(other), { productId: id, attributes: { [code]: 'small' } });
    const narrow = () => updateAttribute(makeCtx(runtime), { attribute: code, type: 'integer' });
    const acts = [
      ...products.map(
        ({ id }) =>
          () =>
            write(id),
      ),
    ];
    acts.splice(round % (acts.length + 1), 0, narrow as unknown as (typeof acts)[number]);
    const results = await Promise.allSettled(acts.map((act) => act()));
    const codes = results.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(codes.filter((each) => !['attribute_in_use', 'attribute_value_invalid'].includes(each))).toEqual([]);
    const [row] = await query<{ type: string; misfits: number }>(
      runtime,
      `select (select type from attributes where code = $1) as type,
        (select count(*)::int from products where jsonb_typeof(attributes -> $1) = 'string') as misfits`,
      [code],
    );
    changed.push(row?.type === 'integer');
    expect(row, `round ${round}`).toEqual(
      row?.type === 'integer' ? { type: 'integer', misfits: 0 } : { type: 'text', misfits: products.length },
    );
  }
  console.log(`${changed.filter(Boolean).length} of ${ROUNDS} definitions changed before a value was written`);
});
