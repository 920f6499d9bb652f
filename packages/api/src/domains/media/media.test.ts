import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { querySql } from '@cartwright/db/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import { appRouter } from '../../root.ts';
import { jpegWithComment, photo, pngBomb } from '../../testing/awkward-pictures.ts';
import { createTestProduct, seedStore } from '../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { beginTestUpload, newPicture, uploadTestPicture } from '../../testing/pictures.ts';
import { uploadMedia } from './uploads/upload-media.ts';

const STAFF = administrator('01a20916-bf14-7f9f-a01b-5916b6346912');
const TABLES = ['media_assets', 'media_sources', 'media_uploads', 'media_uses', 'audit_log'];

let runtime: TestRuntime;
let ctx: Ctx;
let api: ReturnType<typeof appRouter.createCaller>;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());
beforeEach(() => {
  ctx = makeCtx(runtime, { actor: STAFF });
  api = appRouter.createCaller(ctx);
});

async function upload(content: Uint8Array, said: { fileName?: string; alt?: string } = {}) {
  const file = await runtime.spool.write(
    (async function* () {
      yield content;
    })(),
    { maxBytes: 100_000_000 },
  );
  return uploadMedia(ctx, { file, fileName: said.fileName, alt: said.alt });
}

/** Everything that could have changed: rows, blobs, files on their way. */
async function everything(): Promise<unknown> {
  const counts = TABLES.map((table) => `select '${table}' as name, count(*)::int as n from ${table}`).join(
    ' union all ',
  );
  const keys: string[] = [];
  for await (const page of runtime.blobs.list('')) keys.push(...page.map(({ key }) => key));
  return { rows: await querySql(runtime.databaseUrl, counts), keys: keys.sort(), spooled: await runtime.spool.count() };
}

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of runtime.blobs.list(prefix)) keys.push(...page.map(({ key }) => key));
  return keys.sort();
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; cause?: { code?: string; details?: unknown }; details?: unknown }) => {
      const { code, details } = (error.cause?.code !== undefined ? error.cause : error) as typeof error;
      return details === undefined ? { code } : { code, details };
    },
  );

const auditOf = (target: string) =>
  querySql<{ action: string; detail: unknown; actor: unknown }>(
    runtime.databaseUrl,
    'select action, detail, actor from audit_log where target = $1 order by at, id',
    [target],
  );

describe('an upload', () => {
  test('becomes an asset that says all of itself, and is noted', async () => {
    const content = await photo(1000, 600).jpeg().toBuffer();
    const asset = await upload(content, { fileName: 'C:\\photos\\..\\kettle.php.jpg', alt: 'A kettle' });
    const blob = await runtime.blobs.get(`assets/${asset.id}/original`);
    const hash = createHash('sha256')
      .update(blob?.content ?? '')
      .digest('hex')
      .slice(0, 32);
    const at = (shape: string) => `/media/${hash}/${shape}/{width}`;
    expect(asset).toMatchObject({
      hash,
      format: 'jpeg',
      width: 1000,
      height: 600,
      bytes: blob?.bytes,
      hasAlpha: false,
      fileName: 'kettle.php.jpg',
      alt: 'A kettle',
      translations: {},
      focalPoint: { x: 50, y: 50 },
      urls: { fit: at('fit'), square: at('square-50x50'), '4x5': at('4x5-50x50'), '16x9': at('16x9-50x50') },
      widths: [160, 320, 480, 640, 960, 1280, 1920],
      version: 1,
    });
    const widths = asset.srcset.square.split(', ').map((each) => each.split(' '));
    expect(widths.at(-1)).toEqual([`/media/${hash}/square-50x50/640`, '600w']);
    expect(asset.srcset.fit.split(', ').at(-1)).toBe(`/media/${hash}/fit/1280 1000w`);
    expect(await auditOf(`media:${asset.id}`)).toEqual([
      {
        action: 'media.uploaded',
        actor: { kind: 'staff', userId: STAFF.kind === 'staff' ? STAFF.userId : '' },
        detail: {
          after: { hash, fileName: 'kettle.php.jpg', format: 'jpeg', width: 1000, height: 600, bytes: asset.bytes },
        },
      },
    ]);
    expect(await runtime.spool.count()).toBe(0);
  });

  test('of the same file again is the same asset, and nothing is stored twice', async () => {
    const content = await newPicture();
    const first = await upload(content, { alt: 'First' });
    const before = await everything();
    // A file that is known is not decoded again.
    const { pictures } = ctx;
    ctx = { ...ctx, pictures: { ...pictures, keep: () => Promise.reject(new Error('decoded')) } };
    expect(await upload(content, { alt: 'Second' })).toEqual(first);
    expect(await everything()).toEqual(before);
  });

  test('of another file with the same picture is the same asset, and knows both files', async () => {
    const picture = await photo(60, 40).png().toBuffer();
    const first = await upload(picture);
    const keys = await keysOf('assets/');
    const withMetadata = await sharp(picture)
      .withExif({ IFD0: { Model: 'Camera' } })
      .png()
      .toBuffer();
    expect(withMetadata.equals(picture)).toBe(false);
    expect((await upload(withMetadata)).id).toBe(first.id);
    expect(await keysOf('assets/')).toEqual(keys);
    const sources = 'select count(*)::int as n from media_sources where asset_id = $1';
    expect(await querySql(runtime.databaseUrl, sources, [first.id])).toEqual([{ n: 2 }]);
  });

  test('of the same file ten times at once is one asset with one blob', async () => {
    const content = await newPicture();
    const assets = await Promise.all(Array.from({ length: 10 }, () => upload(content)));
    const ids = new Set(assets.map(({ id }) => id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    const blobs = await keysOf('assets/');
    expect(blobs.filter((key) => key.startsWith(`assets/${id}/`))).toEqual([`assets/${id}/original`]);
    const rows = await querySql<{ id: string }>(runtime.databaseUrl, 'select id from media_assets');
    expect(new Set(blobs.map((key) => key.split('/')[1]))).toEqual(new Set(rows.map((row) => row.id)));
  });

  test.each<[string, () => Uint8Array | Promise<Uint8Array>, object]>([
    ['nothing', () => new Uint8Array(), { code: 'media_unreadable', details: { reason: 'empty' } }],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), { code: 'media_type_unsupported' }],
    [
      'half a picture',
      async () => (await photo(400, 300).png().toBuffer()).subarray(0, 2000),
      { code: 'media_unreadable', details: { reason: 'corrupt' } },
    ],
    [
      'a bomb',
      () => pngBomb(20_000, 20_000),
      { code: 'media_limit_exceeded', details: { reason: 'pixels', limit: 50_000_000 } },
    ],
  ])('of %s is refused, and nothing is left of it', async (_what, content, expected) => {
    const before = await everything();
    expect(await refusal(upload(await content()))).toEqual(expected);
    expect(await everything()).toEqual(before);
  });

  test('whose row cannot be written leaves no blob behind', async () => {
    const before = await keysOf('assets/');
    const broken = { ...ctx, queue: { ...ctx.queue, add: () => Promise.reject(new Error('queue')) } };
    const content = await newPicture();
    const file = await runtime.spool.write(
      (async function* () {
        yield content;
      })(),
      { maxBytes: 10_000 },
    );
    await expect(uploadMedia(broken, { file, fileName: undefined, alt: undefined })).rejects.toThrow('queue');
    expect([await keysOf('assets/'), await runtime.spool.count()]).toEqual([before, 0]);
  });
});

describe('what is kept', () => {
  test('has nothing of the file that it was', async () => {
    const asset = await upload(await jpegWithComment('<script>alert(1)</script>'));
    const blob = await runtime.blobs.get(`assets/${asset.id}/original`);
    expect(Buffer.from(blob?.content ?? '').includes('script')).toBe(false);
  });
});

describe('an upload in three steps', () => {
  test('is begun, received, completed; completing again answers the same', async () => {
    const uploadId = await beginTestUpload(runtime);
    const asset = await api.media.completeUpload({ uploadId, alt: 'A kettle' });
    expect([asset.width, asset.height, asset.alt]).toEqual([24, 16, 'A kettle']);
    expect(await keysOf('uploads/')).toEqual([]);
    const before = await everything();
    expect(await api.media.completeUpload({ uploadId, alt: 'Another' })).toEqual(asset);
    expect(await everything()).toEqual(before);
  });

  test('completed ten times at once is one asset', async () => {
    const uploadId = await beginTestUpload(runtime);
    const completed = Array.from({ length: 10 }, () => api.media.completeUpload({ uploadId }));
    expect(new Set((await Promise.all(completed)).map(({ id }) => id)).size).toBe(1);
    expect(await keysOf('uploads/')).toEqual([]);
  });

  test('is not completed before its bytes are there, nor with others than were announced', async () => {
    const { uploadId } = await api.media.createUpload({ contentType: 'image/png', bytes: 100 });
    expect(await refusal(api.media.completeUpload({ uploadId }))).toEqual({ code: 'media_upload_incomplete' });
    await runtime.blobs.put(`uploads/${uploadId}`, new Uint8Array(101), { contentType: 'image/png' });
    const before = await everything();
    expect(await refusal(api.media.completeUpload({ uploadId }))).toEqual({
      code: 'media_upload_mismatch',
      details: { field: 'bytes' },
    });
    expect(await everything()).toEqual(before);
  });

  test('is refused where it is too large, and after its time', async () => {
    const input = { contentType: 'image/png', bytes: 20 * 1024 * 1024 + 1 } as const;
    expect(await refusal(api.media.createUpload(input))).toEqual({
      code: 'media_too_many_bytes',
      details: { limit: 20 * 1024 * 1024 },
    });
    const { uploadId, expiresAt } = await api.media.createUpload({ ...input, bytes: 100 });
    const late = appRouter.createCaller({ ...ctx, now: expiresAt });
    expect(await refusal(late.media.completeUpload({ uploadId }))).toEqual({ code: 'media_upload_expired' });
  });

  test('whose asset is gone does not come back', async () => {
    const uploadId = await beginTestUpload(runtime);
    const { id } = await api.media.completeUpload({ uploadId });
    await api.media.delete({ mediaId: id });
    expect(await refusal(api.media.completeUpload({ uploadId }))).toEqual({ code: 'media_upload_expired' });
  });
});

describe('what is said of a picture', () => {
  test('is changed in versions, with before and after', async () => {
    const { id } = await uploadTestPicture(runtime, { alt: 'Before' });
    const translations = { de: { alt: 'Ein Kessel' } };
    const changed = await api.media.update({ mediaId: id, version: 1, translations, focalPoint: { x: 30, y: 100 } });
    expect(changed).toMatchObject({ alt: 'Before', translations, focalPoint: { x: 30, y: 100 }, version: 2 });
    expect(changed.urls.square).toMatch(/\/square-30x100\/\{width\}$/);
    const stale = await refusal(api.media.update({ mediaId: id, version: 1, alt: 'Stale' }));
    expect(stale).toMatchObject({ code: 'version_conflict', details: { version: 2 } });
    expect((await api.media.get({ mediaId: id })).alt).toBe('Before');
    const [, updated] = await auditOf(`media:${id}`);
    expect(updated?.detail).toEqual({
      before: { alt: 'Before', translations: {}, focalX: 50, focalY: 50 },
      after: { alt: 'Before', translations, focalX: 30, focalY: 100 },
    });
  });

  test('is found by its words, in pages, used or not', async () => {
    const made = [];
    for (const n of [1, 2, 3]) made.push(await uploadTestPicture(runtime, { fileName: `Zauberkessel_${n}.png` }));
    const found = async (input: object) => {
      const { items, nextCursor } = await api.media.list({ q: 'zauberkessel', ...input });
      return { ids: items.map(({ id }) => id), nextCursor };
    };
    const [first, second, third] = made.map(({ id }) => id);
    const page = await found({ limit: 2 });
    expect(page.ids).toEqual([third, second]);
    expect(await found({ limit: 2, cursor: page.nextCursor ?? '' })).toEqual({ ids: [first], nextCursor: null });
    await createTestProduct(runtime, { images: [{ mediaId: second ?? '' }] });
    expect((await found({ used: true })).ids).toEqual([second]);
    expect((await found({ used: false })).ids).toEqual([third, first]);
    expect((await found({ q: 'zauberkessel nothing' })).ids).toEqual([]);
  });
});

describe('pictures of products', () => {
  const productImages = async (productId: string) => (await api.catalog.adminProduct({ productId })).images;

  test('are attached by id, with what is known of them, and shown to shoppers in one statement', async () => {
    const asset = await uploadTestPicture(runtime, { alt: 'Side view' });
    const product = await createTestProduct(runtime, { images: [{ mediaId: asset.id }, { url: '/media/own.webp' }] });
    const known = { mediaId: asset.id, width: 24, height: 16, thumbhash: asset.thumbhash };
    const image = { url: `/media/${asset.hash}/fit/1280`, alt: 'Side view', ...known };
    expect(product.images).toEqual([image, { url: '/media/own.webp', alt: product.title }]);
    runtime.takeStatements();
    const shown = await api.catalog.product({ slug: product.slug });
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(shown.images[0]).toEqual(image);
    expect((await api.media.get({ mediaId: asset.id })).uses).toEqual([
      { productId: product.id, slug: product.slug, title: product.title, variantId: null, sku: null },
    ]);
  });

  test('are reordered and detached by changing the product, and uses follow', async () => {
    const [one, two] = [await uploadTestPicture(runtime), await uploadTestPicture(runtime)];
    const product = await createTestProduct(runtime, { images: [{ mediaId: one.id }, { mediaId: two.id }] });
    const { id: variantId = '', sku = '' } = product.variants[0] ?? {};
    await api.catalog.updateProduct({
      productId: product.id,
      images: [{ mediaId: two.id, alt: 'Two' }, { mediaId: two.id }],
      variants: [{ id: variantId, images: [{ mediaId: one.id }] }],
    });
    expect((await productImages(product.id)).map(({ mediaId, alt }) => [mediaId, alt])).toEqual([
      [two.id, 'Two'],
      [two.id, product.title],
    ]);
    const usesOf = async (mediaId: string) => (await api.media.get({ mediaId })).uses.map((use) => use.sku);
    expect(await usesOf(one.id)).toEqual([sku]);
    expect(await usesOf(two.id)).toEqual([null]);
    await api.catalog.updateProduct({ productId: product.id, images: [], variants: [{ id: variantId, images: [] }] });
    expect([await usesOf(one.id), await usesOf(two.id)]).toEqual([[], []]);
  });

  test('that are not there are refused, and the product is as it was', async () => {
    const product = await createTestProduct(runtime);
    const mediaId = '01a20916-bf14-7f9f-a01b-5916b6346912';
    const images = [{ mediaId }];
    const expected = { code: 'media_unknown', details: { mediaId } };
    expect(await refusal(api.catalog.updateProduct({ productId: product.id, images, title: 'New' }))).toEqual(expected);
    const { title, version } = await api.catalog.adminProduct({ productId: product.id });
    expect([title, version]).toEqual([product.title, 1]);
    const nothing = api.catalog.updateProduct({ productId: product.id, images: [{ alt: 'Nothing' }] });
    await expect(nothing).rejects.toMatchObject({ cause: { code: 'invalid_input' } });
  });

  test('in use are not deleted, unless they are to be taken out', async () => {
    const asset = await uploadTestPicture(runtime);
    const other = await uploadTestPicture(runtime);
    const product = await createTestProduct(runtime, { images: [{ mediaId: asset.id }, { mediaId: other.id }] });
    const { id: variantId = '' } = product.variants[0] ?? {};
    await api.catalog.updateProduct({
      productId: product.id,
      variants: [{ id: variantId, images: [{ mediaId: asset.id }] }],
    });
    const before = await everything();
    const refused = await refusal(api.media.delete({ mediaId: asset.id }));
    expect(refused).toEqual({ code: 'media_in_use', details: { useCount: 2 } });
    expect(await everything()).toEqual(before);
    await api.media.delete({ mediaId: asset.id, force: true });
    const changed = await api.catalog.adminProduct({ productId: product.id });
    expect(changed.images.map(({ mediaId }) => mediaId)).toEqual([other.id]);
    expect([changed.variants[0]?.images, changed.version]).toEqual([[], 3]);
    expect(await refusal(api.media.get({ mediaId: asset.id }))).toEqual({ code: 'media_not_found' });
    expect(await keysOf(`assets/${asset.id}/`)).toEqual([]);
    const deleted = (await auditOf(`media:${asset.id}`)).at(-1);
    expect(deleted).toMatchObject({ action: 'media.deleted', detail: { detached: [product.id] } });
  });

  test('are known as used whoever writes the images, and the database keeps an asset in use', async () => {
    const asset = await uploadTestPicture(runtime);
    const product = await createTestProduct(runtime);
    const images = JSON.stringify([{ url: '/x', alt: 'x', mediaId: asset.id }]);
    await querySql(runtime.databaseUrl, 'update products set images = $1 where id = $2', [images, product.id]);
    expect((await api.media.get({ mediaId: asset.id })).useCount).toBe(1);
    const remove = querySql(runtime.databaseUrl, 'delete from media_assets where id = $1', [asset.id]);
    await expect(remove).rejects.toMatchObject({ code: '23503' });
  });
});

describe('a picture that is shown by its address alone', () => {
  test('is in use as well, is kept, and is taken out when it is to go', async () => {
    const asset = await uploadTestPicture(runtime);
    const url = `https://shop.example/media/${asset.hash}/square-50x50/640`;
    const product = await createTestProduct(runtime, { images: [{ url }, { url: '/media/own.webp' }] });
    const nobodys = `/media/${'0'.repeat(32)}/fit/640`;
    const variants = [{ id: product.variants[0]?.id ?? '', images: [{ url }, { url: nobodys }] }];
    await api.catalog.updateProduct({ productId: product.id, variants });
    expect((await api.media.get({ mediaId: asset.id })).useCount).toBe(2);
    expect(await refusal(api.media.delete({ mediaId: asset.id }))).toMatchObject({ code: 'media_in_use' });
    await api.media.delete({ mediaId: asset.id, force: true });
    const changed = await api.catalog.adminProduct({ productId: product.id });
    expect(changed.images.map((image) => image.url)).toEqual(['/media/own.webp']);
    expect(changed.variants[0]?.images.map((image) => image.url)).toEqual([nobodys]);
  });

  test('is out of use when its address is', async () => {
    const asset = await uploadTestPicture(runtime);
    const product = await createTestProduct(runtime, { images: [{ url: `/media/${asset.hash}/fit/640` }] });
    await api.catalog.updateProduct({ productId: product.id, images: [{ url: '/media/other.webp' }] });
    expect((await api.media.get({ mediaId: asset.id })).useCount).toBe(0);
    await api.catalog.updateProduct({ productId: product.id, images: [{ url: `/media/${asset.hash}/fit/160` }] });
    await api.catalog.updateProduct({ productId: product.id, images: [] });
    expect((await api.media.get({ mediaId: asset.id })).useCount).toBe(0);
  });
});

test('no service of pictures fetches anything: what is attached by address is only written down', () => {
  // An address of a picture is never asked for, so that none can lead inwards.
  const sources = ['catalog/product-pictures.ts', 'catalog/create-product.ts', 'catalog/update-product.ts'];
  for (const path of sources) {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).not.toMatch(/\bfetch\(|node:https?/);
  }
});
