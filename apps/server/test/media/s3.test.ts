import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { insertTestRole, openAccount } from '@cartwright/api/testing/accounts';
import { takeJobs } from '@cartwright/api/testing/jobs';
import { newPicture } from '@cartwright/api/testing/pictures';
import { openTestS3, type TestS3 } from '@cartwright/api/testing/s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../src/index.ts';
import { answerOf, sendForm } from './forms.ts';

let directory: string;
let s3: TestS3;
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let staff: Record<string, string>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartwright-s3-'));
  s3 = await openTestS3(directory);
  runtime = await makeTestRuntime({ env: s3.env });
  app = createApp(runtime);
  await insertTestRole(runtime, ['catalog:write'], 'merchant');
  const { accessToken } = await openAccount(runtime, { roleNames: ['merchant'] });
  staff = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
});
afterAll(async () => {
  await runtime.dispose();
  await s3.close();
  await rm(directory, { recursive: true, force: true });
});

test('with pictures in S3, the bytes of an upload go there, and the picture is shown from there', async () => {
  const content = await newPicture();
  const body = JSON.stringify({ contentType: 'image/png', bytes: content.byteLength });
  const begun = await answerOf(await app.request('/v1/admin/media/uploads', { method: 'POST', headers: staff, body }));
  const { uploadId, url, headers } = begun.body as unknown as {
    uploadId: string;
    url: string;
    headers: Record<string, string>;
  };
  expect(url.startsWith(`${s3.env.S3_ENDPOINT}/pictures/uploads/${uploadId}?`)).toBe(true);
  expect(headers).toEqual({ 'content-type': 'image/png', 'content-length': String(content.byteLength) });
  const put = await fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: content });
  expect(put.status).toBe(200);
  const path = `/v1/admin/media/uploads/${uploadId}/complete`;
  const completed = await answerOf(await app.request(path, { method: 'POST', headers: staff, body: '{}' }));
  expect([completed.status, await runtime.blobs.stat(`uploads/${uploadId}`)]).toEqual([200, undefined]);

  const shown = `/media/${completed.body.hash}/fit/160`;
  const jpeg = await app.request(shown, { headers: { range: 'bytes=0-2' } });
  expect([jpeg.status, Buffer.from(await jpeg.arrayBuffer()).toString('hex')]).toEqual([206, 'ffd8ff']);
  const again = await app.request(shown, { headers: { 'if-none-match': jpeg.headers.get('etag') ?? '' } });
  expect(again.status).toBe(304);
  await takeJobs(runtime, 'media.derive');
  const avif = await app.request(shown, { headers: { accept: 'image/avif' } });
  expect(avif.headers.get('content-type')).toBe('image/avif');

  const deleted = await app.request(`/v1/admin/media/${completed.body.id}`, { method: 'DELETE', headers: staff });
  expect(deleted.status).toBe(204);
  const left: string[] = [];
  for await (const page of runtime.blobs.list('')) left.push(...page.map(({ key }) => key));
  expect(left).toEqual([]);
});

test('while S3 cannot be reached, uploads and pictures are 503, and nothing is written down', async () => {
  const gone = await makeTestRuntime({ env: { ...s3.env, S3_ENDPOINT: 'http://127.0.0.1:1' } });
  try {
    await insertTestRole(gone, ['catalog:write'], 'merchant');
    const { accessToken } = await openAccount(gone, { roleNames: ['merchant'] });
    const without = createApp(gone);
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await sendForm(without, { content: await newPicture() }, { headers });
    expect([answer.status, answer.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'media_store_unavailable',
      '5',
    ]);
    expect((await without.request('/media/kettle.webp')).status).toBe(503);
    expect(await gone.spool.count()).toBe(0);
    const list = await without.request('/v1/admin/media', { headers });
    expect(await list.json()).toEqual({ items: [], nextCursor: null });
  } finally {
    await gone.dispose();
  }
});
