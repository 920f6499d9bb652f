import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appRouter } from '../../root.ts';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { uploadTestPicture } from '../../testing/pictures.ts';
import { sweepMedia } from './sweep/sweep-media.ts';

const ROUNDS = 25;
const MONTH_SECONDS = 30 * 24 * 3600;

let runtime: TestRuntime;
let api: ReturnType<typeof appRouter.createCaller>;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { MEDIA_UNUSED_DAYS: '10' } });
  await seedStore(runtime);
  api = appRouter.createCaller(makeCtx(runtime, { actor: administrator('01a20916-bf14-7f9f-a01b-5916b6346912') }));
});
afterAll(() => runtime.dispose());

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => error.cause?.code as string,
  );

/** After whoever came first, a product shows a picture that is there, or neither. */
async function expectWhole(productId: string, mediaId: string): Promise<boolean> {
  const { images } = await api.catalog.adminProduct({ productId });
  const rows = await querySql(runtime.databaseUrl, 'select 1 from media_assets where id = $1', [mediaId]);
  const original = await runtime.blobs.stat(`assets/${mediaId}/original`);
  expect([rows.length > 0, original !== undefined]).toEqual([images.length > 0, images.length > 0]);
  return images.length > 0;
}

test.each(['deleting', 'sweeping'])(
  '%s a picture while a product begins to show it: one of them wins',
  async (what) => {
    const won = { attached: 0, gone: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id: mediaId } = await uploadTestPicture(runtime);
      const product = await createTestProduct(runtime);
      const later = makeCtx(runtime, { now: new Date(runtime.clock.now().getTime() + MONTH_SECONDS * 1000) });
      const end = () => (what === 'deleting' ? api.media.delete({ mediaId }) : sweepMedia(later));
      const attach = () => api.catalog.updateProduct({ productId: product.id, images: [{ mediaId }] });
      const both = round % 2 === 0 ? [attach, end] : [end, attach];
      const outcomes = await Promise.all(both.map((each) => codeOf(each())));
      for (const outcome of outcomes) expect(['done', 'media_unknown', 'media_in_use']).toContain(outcome);
      if (await expectWhole(product.id, mediaId)) won.attached += 1;
      else won.gone += 1;
      await api.catalog.updateProduct({ productId: product.id, images: [] });
    }
    expect(won.attached + won.gone).toBe(ROUNDS);
  },
);

test('deleting a picture while products begin to show it by its address: neither waits for ever, and what is used stays', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { id: mediaId, hash } = await uploadTestPicture(runtime);
    const products = [await createTestProduct(runtime), await createTestProduct(runtime)];
    const images = [{ url: `/media/${hash}/fit/640` }];
    const attach = products.map(
      ({ id }) =>
        () =>
          api.catalog.updateProduct({ productId: id, images }),
    );
    const all =
      round % 2 === 0
        ? [...attach, () => api.media.delete({ mediaId })]
        : [() => api.media.delete({ mediaId }), ...attach];
    const outcomes = await Promise.all(all.map((each) => codeOf(each())));
    for (const outcome of outcomes) expect(['done', 'media_in_use']).toContain(outcome);
    const [row] = await querySql<{ assets: number; uses: number }>(
      runtime.databaseUrl,
      `select (select count(*)::int from media_assets where id = $1) as assets,
        (select count(*)::int from media_uses where asset_id = $1) as uses`,
      [mediaId],
    );
    expect([
      [0, 0],
      [1, 2],
    ]).toContainEqual([row?.assets, row?.uses]);
  }
});
