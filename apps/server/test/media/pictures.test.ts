import { makeTestRuntime, openAnotherProcess, type TestRuntime } from '@cartwright/api/testing';
import { photo } from '@cartwright/api/testing/awkward-pictures';
import { takeJobs } from '@cartwright/api/testing/jobs';
import { uploadTestPicture } from '@cartwright/api/testing/pictures';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/index.ts';
import { type Range, readRange } from '../../src/media/byte-range.ts';

const FOREVER = 'public, max-age=31536000, immutable';
const ALL = 'image/avif,image/webp,image/*,*/*;q=0.8';

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let asset: Awaited<ReturnType<typeof uploadTestPicture>>;
/** How often a picture was made. */
let made = 0;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  const { pictures } = runtime;
  const counting = {
    ...pictures,
    render: (...args: Parameters<typeof pictures.render>) => {
      made += 1;
      return pictures.render(...args);
    },
  };
  runtime = { ...runtime, pictures: counting };
  app = createApp(runtime);
  asset = await uploadTestPicture(runtime, { content: await photo(1000, 500).jpeg().toBuffer() });
});
afterAll(() => runtime.dispose());

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
const pathOf = (shape: string, width: number | string, of = asset) => `/media/${of.hash}/${shape}/${width}`;

/** What the bytes are, and how large: as a browser finds out. */
async function seen(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.subarray(4, 12).toString('latin1') === 'ftypavif') return 'avif';
  if (bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'webp';
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    const frame = [0xc0, 0xc2].map((marker) => bytes.indexOf(Buffer.from([0xff, marker]))).find((at) => at > 0) ?? 0;
    return `jpeg ${bytes.readUInt16BE(frame + 7)}x${bytes.readUInt16BE(frame + 5)}`;
  }
  return 'something else';
}

describe('a picture in a shape and width', () => {
  test('is shown in the best format that is accepted, and says that it depends on it', async () => {
    const webp = await get(pathOf('fit', 320), { accept: 'image/webp,*/*' });
    expect(Object.fromEntries(webp.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': FOREVER,
      vary: 'accept',
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'content-disposition': `attachment; filename="${asset.hash}.webp"`,
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect([webp.headers.has('set-cookie'), webp.headers.get('etag')]).toEqual([
      false,
      expect.stringMatching(/^".+"$/),
    ]);
    expect(await seen(webp)).toBe('webp');
    const jpeg = await get(pathOf('fit', 320), { accept: '*/*' });
    expect([jpeg.headers.get('content-type'), jpeg.headers.get('vary')]).toEqual(['image/jpeg', 'accept']);
    expect(await seen(jpeg)).toBe('jpeg 320x160');
  });

  test.each([
    ['fit', 160, '160x80'],
    ['fit', 1280, '1000x500'],
    ['square-50x50', 160, '160x160'],
    ['square-0x100', 640, '500x500'],
    ['4x5-50x50', 320, '320x400'],
    ['16x9-50x50', 640, '640x360'],
  ])('%s %i is %s: never larger than it was', async (shape, width, size) => {
    const [crop, focal] = shape.split('-');
    if (focal !== undefined) {
      const [x, y] = focal.split('x').map(Number);
      await setFocal(asset.id, x ?? 50, y ?? 50);
    }
    expect(await seen(await get(pathOf(shape, width)))).toBe(`jpeg ${size}`);
    await setFocal(asset.id, 50, 50);
    expect(crop).toBeTruthy();
  });

  test.each([
    ['fit', '161'],
    ['fit', '0160'],
    ['fit', '160.0'],
    ['fit', '99999999'],
    ['fit', '-160'],
    ['fit', '1e3'],
    ['square-40x50', '160'],
    ['square-050x50', '160'],
    ['3x2-50x50', '160'],
    ['original', '160'],
    ['..%2f..%2fetc', '160'],
    ['__proto__', '160'],
  ])('%s %s is not made', async (shape, width) => {
    const before = made;
    const response = await get(pathOf(shape, width));
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(made).toBe(before);
  });

  test('of a hash that is nobody’s is 404', async () => {
    for (const hash of ['0'.repeat(32), 'x', asset.hash.toUpperCase(), `${asset.hash}0`]) {
      expect((await get(`/media/${hash}/fit/160`)).status).toBe(404);
    }
  });

  test('is made once by those who ask at once, in every process', async () => {
    const other = await openAnotherProcess(runtime);
    const another = createApp({ ...other, pictures: runtime.pictures });
    try {
      const before = made;
      const path = pathOf('fit', 480);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? app : another).request(path, { headers: { accept: '*/*' } })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      // Both processes may have begun; what one of them stored is what both show.
      expect(made - before).toBeLessThanOrEqual(2);
      expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
      const after = made;
      await Promise.all(Array.from({ length: 20 }, () => get(pathOf('fit', 960))));
      expect(made - after).toBe(1);
    } finally {
      await other.close();
    }
  });

  test('is answered without a statement once it is known', async () => {
    await get(pathOf('fit', 320));
    runtime.takeStatements();
    expect((await get(pathOf('fit', 320))).status).toBe(200);
    expect(runtime.takeStatements()).toEqual([]);
  });

  test('is not looked for by who is logged in or has cookies', async () => {
    const headers = {
      authorization: 'Bearer broken',
      cookie: '__Host-cartwright_access=broken; cartwright_access=broken',
    };
    expect((await get(pathOf('fit', 320), headers)).status).toBe(200);
  });

  test('takes GET and HEAD', async () => {
    const head = await app.request(pathOf('fit', 320), { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(500);
    const post = await app.request(pathOf('fit', 320), { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('AVIF', () => {
  test('is made by the worker; until it is there, another format is shown for now', async () => {
    const own = await uploadTestPicture(runtime, { content: await photo(300, 200).jpeg().toBuffer() });
    await querySql(runtime.databaseUrl, 'delete from pgboss.job');
    const path = pathOf('16x9-50x50', 160, own);
    const first = await get(path, { accept: ALL });
    const headers = (response: Response) => [
      response.headers.get('content-type'),
      response.headers.get('cache-control'),
      response.headers.get('vary'),
    ];
    expect(headers(first)).toEqual(['image/webp', 'public, max-age=60', 'accept']);
    const fallback = await get(path, { accept: 'image/avif' });
    expect(headers(fallback)).toEqual(['image/jpeg', 'public, max-age=60', 'accept']);
    expect(await takeJobs(runtime, 'media.derive')).toEqual([{ mediaId: own.id, shape: '16x9-50x50', width: 160 }]);
    const ready = await get(path, { accept: ALL });
    expect(headers(ready)).toEqual(['image/avif', FOREVER, 'accept']);
    expect(ready.headers.get('etag')).not.toBe(first.headers.get('etag'));
    expect(await seen(ready)).toBe('avif');
    expect(headers(await get(path, { accept: 'image/webp' }))).toEqual(['image/webp', FOREVER, 'accept']);
  });

  test('of all of a picture is there after an upload, in every width, and is made once', async () => {
    const own = await uploadTestPicture(runtime, { content: await photo(400, 300).jpeg().toBuffer() });
    const jobs = await takeJobs(runtime, 'media.derive');
    expect(jobs.at(-1)).toEqual({ mediaId: own.id });
    const keys: string[] = [];
    for await (const page of runtime.blobs.list(`assets/${own.id}/`)) keys.push(...page.map(({ key }) => key));
    const names = keys.map((key) => key.split('/').slice(2).join('/')).sort();
    expect(names).toEqual([...['160', '320', '480'].flatMap((w) => [`fit/${w}.avif`, `fit/${w}.webp`]), 'original']);
    const before = made;
    await takeJobs(runtime, 'media.derive', [{ mediaId: own.id }]);
    expect(made).toBe(before);
    expect((await get(pathOf('fit', 480, own), { accept: ALL })).headers.get('content-type')).toBe('image/avif');
  });
});

describe('the focal point', () => {
  test('is in the address: moving it gives another one, and the old one shows what it did', async () => {
    const own = await uploadTestPicture(runtime, { content: await photo(400, 200).png().toBuffer() });
    const bytesOf = async (shape: string) => Buffer.from(await (await get(pathOf(shape, 160, own))).arrayBuffer());
    const before = await bytesOf('square-50x50');
    await setFocal(own.id, 0, 50);
    expect(await bytesOf('square-50x50')).toEqual(before);
    expect((await bytesOf('square-0x50')).equals(before)).toBe(false);
    expect((await get(pathOf('square-50x50', 320, own))).status).toBe(404);
    const current = await get(pathOf('square', 320, own));
    expect([current.status, current.headers.get('location'), current.headers.get('cache-control')]).toEqual([
      307,
      pathOf('square-0x50', 320, own),
      'public, max-age=300',
    ]);
  });
});

describe('parts of a picture', () => {
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  test('are answered one at a time, by their tag and their range', async () => {
    const whole = await get(pathOf('fit', 320));
    const all = await bytesOf(whole);
    const etag = whole.headers.get('etag') ?? '';
    const part = await get(pathOf('fit', 320), { range: 'bytes=10-19' });
    expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([
      206,
      `bytes 10-19/${all.length}`,
      '10',
    ]);
    expect(await bytesOf(part)).toEqual(all.subarray(10, 20));
    const last = await get(pathOf('fit', 320), { range: 'bytes=-5', 'if-range': etag });
    expect([last.status, await bytesOf(last)]).toEqual([206, all.subarray(-5)]);
    const changed = await get(pathOf('fit', 320), { range: 'bytes=-5', 'if-range': '"other"' });
    expect([changed.status, (await bytesOf(changed)).length]).toEqual([200, all.length]);
    const beyond = await get(pathOf('fit', 320), { range: `bytes=${all.length}-` });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${all.length}`]);
    expect(await beyond.json()).toMatchObject({ code: 'range_not_satisfiable' });
    const several = await get(pathOf('fit', 320), { range: 'bytes=0-1,3-4' });
    expect(several.status).toBe(200);
  });

  test('of one that is made for it are right too', async () => {
    const part = await get(pathOf('fit', 640), { range: 'bytes=0-1' });
    expect([part.status, await bytesOf(part)]).toEqual([206, Buffer.from([0xff, 0xd8])]);
  });

  test('are none for who has it already', async () => {
    const etag = (await get(pathOf('fit', 320))).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const response = await get(pathOf('fit', 320), { 'if-none-match': known, range: 'bytes=0-1' });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, '']);
    }
    expect((await get(pathOf('fit', 320), { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test.each<[string | undefined, Range | 'unsatisfiable' | undefined]>([
    [undefined, undefined],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=5-500', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-300', { start: 0, end: 9 }],
    ['Bytes=1-2', { start: 1, end: 2 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
    ['bytes=1-2,4-5', undefined],
    ['items=1-2', undefined],
    ['bytes=99999999999999999999-', undefined],
  ])('%s of ten bytes is %o', (header, range) => expect(readRange(header, 10)).toEqual(range));
});

describe('a picture that is gone', () => {
  test('is not shown any more, also where it was known', async () => {
    const own = await uploadTestPicture(runtime);
    expect((await get(pathOf('fit', 160, own))).status).toBe(200);
    await querySql(runtime.databaseUrl, 'delete from media_assets where id = $1', [own.id]);
    const keys: string[] = [];
    for await (const page of runtime.blobs.list(`assets/${own.id}/`)) keys.push(...page.map(({ key }) => key));
    await runtime.blobs.delete(keys);
    expect((await get(pathOf('fit', 160, own))).status).toBe(404);
  });

  test('whose own file is lost is 404, and what was made of it is still shown', async () => {
    const own = await uploadTestPicture(runtime);
    await get(pathOf('fit', 160, own));
    await runtime.blobs.delete([`assets/${own.id}/original`]);
    expect((await get(pathOf('fit', 160, own))).status).toBe(200);
    expect((await get(pathOf('fit', 320, own))).status).toBe(404);
  });
});

async function setFocal(id: string, x: number, y: number): Promise<void> {
  await querySql(runtime.databaseUrl, 'update media_assets set focal_x = $2, focal_y = $3 where id = $1', [id, x, y]);
}
