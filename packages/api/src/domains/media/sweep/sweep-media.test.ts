import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runJobs } from '../../../jobs/run-jobs.ts';
import { appRouter } from '../../../root.ts';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, createTestClock, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { beginTestUpload, uploadTestPicture } from '../../../testing/pictures.ts';
import { sweepMedia } from './sweep-media.ts';

const DAY_SECONDS = 24 * 3600;
const PNG = { contentType: 'image/png' };

let runtime: TestRuntime;
let api: ReturnType<typeof appRouter.createCaller>;
beforeAll(async () => {
  // Files are as old as the machine says.
  runtime = await makeTestRuntime({ env: { MEDIA_UNUSED_DAYS: '30' }, clock: createTestClock(new Date()) });
  await seedStore(runtime);
  api = appRouter.createCaller(makeCtx(runtime, { actor: administrator('01a20916-bf14-7f9f-a01b-5916b6346912') }));
});
afterAll(() => runtime.dispose());

const sweep = () => sweepMedia(makeCtx(runtime));
const isThere = async (key: string) => (await runtime.blobs.stat(key)) !== undefined;

async function putOld(key: string, daysOld: number): Promise<void> {
  await runtime.blobs.put(key, new Uint8Array(3), PNG);
  const at = new Date(runtime.clock.now().getTime() - daysOld * DAY_SECONDS * 1000);
  await utimes(join(runtime.config.media.directory, key), at, at);
}

test('uploads that nobody finished go after a day, with their bytes; younger ones stay', async () => {
  const old = await beginTestUpload(runtime);
  runtime.clock.advance(DAY_SECONDS - 60);
  const young = await beginTestUpload(runtime);
  expect(await sweep()).toMatchObject({ uploadsDeleted: 0 });
  expect(await isThere(`uploads/${old}`)).toBe(true);
  runtime.clock.advance(120);
  expect(await sweep()).toMatchObject({ uploadsDeleted: 1 });
  expect([await isThere(`uploads/${old}`), await isThere(`uploads/${young}`)]).toEqual([false, true]);
  const rows = await querySql<{ id: string }>(runtime.databaseUrl, 'select id from media_uploads');
  expect(rows.map(({ id }) => id)).toEqual([young]);
});

test('old blobs that belong to nothing go; young ones, and those of assets and of files by name, stay', async () => {
  const asset = await uploadTestPicture(runtime);
  const nobody = '01a20916-bf14-7f9f-a01b-5916b6346912';
  const keys = {
    ofAsset: `assets/${asset.id}/fit/160.webp`,
    ofNobody: `assets/${nobody}/original`,
    odd: 'assets/not-an-id/original',
    upload: `uploads/${nobody}`,
    named: 'demo.webp',
  };
  for (const key of Object.values(keys)) await putOld(key, 2);
  await putOld(`assets/${nobody}/fit/160.webp`, 0);
  const before = await sweep();
  expect(before.blobsDeleted).toBe(3);
  const left = await Promise.all(Object.values(keys).map(isThere));
  expect(left).toEqual([true, false, false, false, true]);
  expect(await isThere(`assets/${nobody}/fit/160.webp`)).toBe(true);
  expect(await isThere(`assets/${asset.id}/original`)).toBe(true);
});

test('pictures that no product has shown for long enough go; their last use counts', async () => {
  const [never, shown, dropped] = [
    await uploadTestPicture(runtime),
    await uploadTestPicture(runtime),
    await uploadTestPicture(runtime),
  ];
  const product = await createTestProduct(runtime, { images: [{ mediaId: shown.id }, { mediaId: dropped.id }] });
  runtime.clock.advance(20 * DAY_SECONDS);
  const later = appRouter.createCaller(
    makeCtx(runtime, { actor: administrator('01a20916-bf14-7f9f-a01b-5916b6346912') }),
  );
  await later.catalog.updateProduct({ productId: product.id, images: [{ mediaId: shown.id }] });
  runtime.clock.advance(11 * DAY_SECONDS);
  await sweep();
  const exists = async (mediaId: string) =>
    api.media.get({ mediaId }).then(
      () => true,
      () => false,
    );
  expect(await Promise.all([never, shown, dropped].map(({ id }) => exists(id)))).toEqual([false, true, true]);
  expect(await isThere(`assets/${never.id}/original`)).toBe(false);
  const audited = await querySql<{ actor: object }>(
    runtime.databaseUrl,
    `select actor from audit_log where action = 'media.deleted' and target = $1`,
    [`media:${never.id}`],
  );
  expect(audited).toHaveLength(1);
  runtime.clock.advance(20 * DAY_SECONDS);
  await sweep();
  expect(await Promise.all([shown, dropped].map(({ id }) => exists(id)))).toEqual([true, false]);
});

test('an asset whose file is gone is reported, not deleted; the job writes its report', async () => {
  const asset = await uploadTestPicture(runtime);
  await createTestProduct(runtime, { images: [{ mediaId: asset.id }] });
  await runtime.blobs.delete([`assets/${asset.id}/original`]);
  runtime.clock.advance(2 * DAY_SECONDS);
  expect(await runJobs(runtime, 'media.sweep', [{ id: 'job', data: null }])).toEqual([]);
  const [report] = (await api.media.sweeps()).items;
  expect(report).toMatchObject({ assetsWithoutBlob: 1, missing: [asset.id], at: runtime.clock.now() });
  expect((await api.media.get({ mediaId: asset.id })).id).toBe(asset.id);
});
