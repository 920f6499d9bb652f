import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestS3, type TestS3 } from '../../testing/s3.ts';
import type { BlobInfo, BlobStore } from './blob-store.ts';
import { createFolderBlobs } from './folder-blobs.ts';
import { createS3Blobs } from './s3-blobs.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (blob: { content: Uint8Array } | undefined) => blob && new TextDecoder().decode(blob.content);
const PNG = { contentType: 'image/png' };

let directory: string;
let s3: TestS3;
let stores: Record<'folder' | 's3', BlobStore>;
let endpoint: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartwright-blobs-'));
  s3 = await openTestS3(directory);
  endpoint = s3.env.S3_ENDPOINT;
  stores = { folder: openFolder(), s3: openS3() };
});
afterAll(async () => {
  await s3.close();
  await rm(directory, { recursive: true, force: true });
});

const openFolder = () => createFolderBlobs({ directory: join(directory, 'folder'), newName: randomUUID });
const openS3 = () =>
  createS3Blobs({
    endpoint,
    bucket: 'pictures',
    region: 'us-east-1',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
  });

async function listed(store: BlobStore, prefix: string): Promise<BlobInfo[]> {
  const all: BlobInfo[] = [];
  for await (const page of store.list(prefix)) all.push(...page);
  return all.sort((a, b) => (a.key < b.key ? -1 : 1));
}

describe.each(['folder', 's3'] as const)('blobs in %s', (kind) => {
  test('what was put is there, as it was put, until it is deleted', async () => {
    const store = stores[kind];
    expect(await store.put('assets/a/original', bytes('kettle'), PNG)).toBe(true);
    const blob = await store.get('assets/a/original');
    expect([textOf(blob), blob?.bytes]).toEqual(['kettle', 6]);
    const info = await store.stat('assets/a/original');
    expect([info?.bytes, info?.etag]).toEqual([6, blob?.etag]);
    expect(Math.abs((info?.modifiedAt.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
    await store.delete(['assets/a/original', 'assets/a/never']);
    expect(await store.get('assets/a/original')).toBeUndefined();
    expect(await store.stat('assets/a/original')).toBeUndefined();
  });

  test('other bytes under the same key have another tag', async () => {
    const store = stores[kind];
    await store.put('changed.png', bytes('one'), PNG);
    const first = await store.stat('changed.png');
    await store.put('changed.png', bytes('three'), PNG);
    const second = await store.stat('changed.png');
    expect(textOf(await store.get('changed.png'))).toBe('three');
    expect(first?.etag).not.toBe(second?.etag);
  });

  test('with ifAbsent the first one stays', async () => {
    const store = stores[kind];
    const options = { ...PNG, ifAbsent: true };
    expect(await store.put('once/a', bytes('first'), options)).toBe(true);
    expect(await store.put('once/a', bytes('second'), options)).toBe(false);
    expect(textOf(await store.get('once/a'))).toBe('first');
  });

  test('a range is read alone, and knows the whole', async () => {
    const store = stores[kind];
    await store.put('range/a', bytes('0123456789'), PNG);
    const part = await store.get('range/a', (all) => ({ start: all - 4, end: all - 2 }));
    expect([textOf(part), part?.bytes]).toEqual(['678', 10]);
    const whole = await store.get('range/a', () => undefined);
    expect([textOf(whole), whole?.etag]).toEqual(['0123456789', part?.etag]);
    expect(await store.get('range/none', () => ({ start: 0, end: 1 }))).toBeUndefined();
  });

  test('lists what begins with a prefix, and nothing else', async () => {
    const store = stores[kind];
    for (const key of ['list/a/1', 'list/a/2', 'list/ab/3', 'lists/4']) await store.put(key, bytes(key), PNG);
    expect((await listed(store, 'list/a/')).map(({ key, bytes: size }) => [key, size])).toEqual([
      ['list/a/1', 8],
      ['list/a/2', 8],
    ]);
    expect((await listed(store, 'list/')).map(({ key }) => key)).toEqual(['list/a/1', 'list/a/2', 'list/ab/3']);
    expect(await listed(store, 'nothing/')).toEqual([]);
  });

  test.each([
    '',
    '/etc/passwd',
    '../secret',
    'a/../b',
    'a//b',
    'a/',
    '.hidden',
    'a/.unfinished-1',
    'a\\b',
    'a%2fb',
    'a b',
    'a\0b',
    'é',
    `${'a/'.repeat(300)}b`,
  ])('the key %j is refused before anything is done', async (key) => {
    const store = stores[kind];
    await expect(store.put(key, bytes('x'), PNG)).rejects.toThrow('Not a key of a blob');
    await expect(store.get(key)).rejects.toThrow('Not a key of a blob');
    await expect(store.stat(key)).rejects.toThrow('Not a key of a blob');
    await expect(store.delete([key])).rejects.toThrow('Not a key of a blob');
  });
});

describe('a folder', () => {
  test('of many who put a blob at once, one does, and nothing unfinished is left', async () => {
    const options = { ...PNG, ifAbsent: true };
    const puts = Array.from({ length: 20 }, (_, i) => openFolder().put('race/a', bytes(`writer ${i}`), options));
    expect((await Promise.all(puts)).filter(Boolean)).toHaveLength(1);
    expect((await readdir(join(directory, 'folder'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('one that cannot be written to is unavailable, not a bug', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const store = createFolderBlobs({ directory: file, newName: randomUUID });
    await expect(store.put('a', bytes('x'), PNG)).rejects.toMatchObject({ code: 'media_store_unavailable' });
    expect(await store.get('a')).toBeUndefined();
  });

  test('leaves no empty folders behind', async () => {
    const store = openFolder();
    await store.put('empty/a/b/c', bytes('x'), PNG);
    await store.delete(['empty/a/b/c']);
    expect(await readdir(join(directory, 'folder'))).not.toContain('empty');
  });

  test('takes no requests but our own', async () => {
    expect(await openFolder().presignPut('a', { ...PNG, bytes: 1, expiresInSeconds: 1 })).toBeUndefined();
  });
});

describe('S3', () => {
  const sent = (content: string) => ({ contentType: 'image/png', bytes: content.length, expiresInSeconds: 60 });

  test('takes what was signed from whoever has the address', async () => {
    const { url, headers } = (await openS3().presignPut('uploads/a', sent('kettle'))) ?? { url: '', headers: {} };
    expect(headers).toEqual({ 'content-type': 'image/png', 'content-length': '6' });
    const { 'content-length': _, ...others } = headers;
    expect((await fetch(url, { method: 'PUT', headers: others, body: 'kettle' })).status).toBe(200);
    expect(textOf(await openS3().get('uploads/a'))).toBe('kettle');
  });

  // s3rver does not look at signatures of version 4: they are computed again here, as a store that does would.
  test.each([
    ['what was signed', 'PUT', 'uploads/b', { type: 'image/png', length: '6' }, true],
    ['another type', 'PUT', 'uploads/b', { type: 'text/html', length: '6' }, false],
    ['more bytes', 'PUT', 'uploads/b', { type: 'image/png', length: '7' }, false],
    ['another method', 'DELETE', 'uploads/b', { type: 'image/png', length: '6' }, false],
    ['another key', 'PUT', 'uploads/c', { type: 'image/png', length: '6' }, false],
  ])('the signature holds for %s: %s %s %o', async (_what, method, key, { type, length }, holds) => {
    const signed = new URL((await openS3().presignPut('uploads/b', sent('kettle')))?.url ?? '');
    expect(signed.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(signed.searchParams.get('X-Amz-Expires')).toBe('60');
    const url = new URL(`/pictures/${key}?X-Amz-Expires=60`, endpoint);
    const again = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { 'content-type': type, 'content-length': length },
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
      service: 's3',
      region: 'us-east-1',
      datetime: signed.searchParams.get('X-Amz-Date') ?? '',
      signQuery: true,
      allHeaders: true,
    }).sign();
    const of = (each: URL) => each.searchParams.get('X-Amz-Signature');
    expect(of(signed) === of(again.url)).toBe(holds);
  });

  test('more blobs than fit a page are listed, each once', async () => {
    const store = openS3();
    for (let from = 0; from < 1010; from += 101) {
      const keys = Array.from({ length: 101 }, (_, i) => `many/${from + i}`);
      await Promise.all(keys.map((key) => store.put(key, bytes('x'), PNG)));
    }
    const keys = (await listed(store, 'many/')).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([1010, 1010]);
  });

  test('that is not there, or does not know us, is unavailable, not a bug', async () => {
    const settings = { bucket: 'pictures', region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
    const gone = createS3Blobs({ ...settings, endpoint: 'http://127.0.0.1:1' });
    const unavailable = { code: 'media_store_unavailable', retryAfterSeconds: 5 };
    await expect(gone.get('a')).rejects.toMatchObject(unavailable);
    await expect(createS3Blobs({ ...settings, endpoint, accessKeyId: 'nobody' }).get('a')).rejects.toMatchObject(
      unavailable,
    );
    await expect(
      createS3Blobs({ ...settings, endpoint, bucket: 'none' }).put('a', bytes('x'), PNG),
    ).rejects.toMatchObject(unavailable);
  });
});
