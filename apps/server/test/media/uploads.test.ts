import { readdir } from 'node:fs/promises';
import { type Permission, permissions } from '@cartwright/api';
import { createTestClock, makeTestRuntime, silentLog, type TestRuntime } from '@cartwright/api/testing';
import { insertTestRole, openAccount } from '@cartwright/api/testing/accounts';
import {
  avifBomb,
  gifBomb,
  jpegBomb,
  jpegWithComment,
  photo,
  pngBomb,
  pngWithText,
  webpBomb,
} from '@cartwright/api/testing/awkward-pictures';
import { newPicture } from '@cartwright/api/testing/pictures';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, startServer } from '../../src/index.ts';
import { serverConfig } from '../server-config.ts';
import { answerOf, part, sendBody, sendForm } from './forms.ts';

const MAX_BYTES = 300_000;
const MAX_MS = 3_000;

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let staff: Record<string, string>;
beforeAll(async () => {
  runtime = await makeTestRuntime({
    env: { MEDIA_MAX_BYTES: String(MAX_BYTES) },
    // A server on the network goes by the real time.
    clock: createTestClock(new Date()),
  });
  app = createApp(runtime);
  staff = await staffWith(['catalog:write']);
  await sendForm(app, { content: await newPicture() }, { headers: staff });
});
afterAll(() => runtime.dispose());

async function staffWith(granted: Permission[]): Promise<Record<string, string>> {
  const name = `role-${granted.length}-${granted[0]?.replace(':', '-')}`;
  await insertTestRole(runtime, granted, name);
  const { accessToken } = await openAccount(runtime, { roleNames: [name] });
  return { authorization: `Bearer ${accessToken}` };
}

/** Rows, blobs and files on their way: everything that an upload could leave. */
async function everything(): Promise<unknown> {
  const sql = `select (select count(*)::int from media_assets) as assets, (select count(*)::int from media_sources) as sources,
    (select count(*)::int from audit_log) as audited`;
  const keys: string[] = [];
  for await (const page of runtime.blobs.list('')) keys.push(...page.map(({ key }) => key));
  return { rows: await querySql(runtime.databaseUrl, sql), keys: keys.sort(), spooled: await runtime.spool.count() };
}

describe('who may upload', () => {
  test('nobody but staff and keys with the permission; nothing is read of what others send', async () => {
    const content = await newPicture();
    const before = await everything();
    const customer = { authorization: `Bearer ${(await openAccount(runtime)).accessToken}` };
    const without = await staffWith(permissions.filter((permission) => permission !== 'catalog:write'));
    const callers: [Record<string, string>, number, string][] = [
      [{}, 401, 'unauthenticated'],
      [{ authorization: 'Bearer broken' }, 401, 'unauthenticated'],
      [customer, 403, 'forbidden'],
      [without, 403, 'forbidden'],
    ];
    for (const [headers, status, code] of callers) {
      expect(await sendForm(app, { content }, { headers })).toMatchObject({ status, code });
    }
    expect(await everything()).toEqual(before);
    expect((await sendForm(app, { content }, { headers: staff })).status).toBe(201);
  });
});

describe('a form', () => {
  test('with a file and its description becomes a picture; again, it is the same', async () => {
    const content = await newPicture();
    const fields = { alt: 'Ein Kessel, ganz in Blau' };
    const first = await sendForm(app, { content, fileName: 'kettle.png' }, { headers: staff, fields });
    expect([first.status, first.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(first.body).toMatchObject({
      alt: 'Ein Kessel, ganz in Blau',
      width: 24,
      height: 16,
      fileName: 'kettle.png',
    });
    const before = await everything();
    expect((await sendForm(app, { content }, { headers: staff })).body).toEqual(first.body);
    expect(await everything()).toEqual(before);
  });

  const picture = part('name="file"; filename="a.png"', 'x');
  test.each<[string, string]>([
    ['without a file', `${part('name="alt"', 'A kettle', 'text/plain')}--b--\r\n`],
    ['with two files', `${picture}${picture}--b--\r\n`],
    ['with a file in another field', `${part('name="picture"; filename="a.png"', 'x')}--b--\r\n`],
    ['with another field', `${part('name="price"', '1', 'text/plain')}${picture}--b--\r\n`],
    ['with a description that is too long', `${part('name="alt"', 'x'.repeat(5000), 'text/plain')}${picture}--b--\r\n`],
    ['with three thousand parts', `${part('name="alt"', 'x', 'text/plain').repeat(3000)}${picture}--b--\r\n`],
    ['that breaks off in its file', part('name="file"; filename="a.png"', 'x').slice(0, -2)],
    ['that breaks off in a header', '--b\r\nContent-Disposition: form-data; na'],
    ['that is none', 'x'.repeat(1000)],
    ['of nothing', ''],
  ])('%s is refused, and nothing is left of it', async (_what, body) => {
    const before = await everything();
    expect(await sendBody(app, body, staff)).toMatchObject({ status: 400, code: 'media_form_invalid' });
    expect(await everything()).toEqual(before);
  });

  test.each(['application/json', 'image/png', 'multipart/form-data', 'multipart/mixed; boundary=b', ''])(
    'of the type %j is refused',
    async (type) => {
      const answer = await sendBody(app, `${picture}--b--\r\n`, { ...staff, 'content-type': type });
      expect(answer).toMatchObject({ status: 400, code: 'media_form_invalid' });
    },
  );

  test('whose description has control characters or is too long is refused', async () => {
    const before = await everything();
    for (const alt of ['a\u0000b', 'x'.repeat(501)]) {
      const answer = await sendForm(app, { content: await newPicture() }, { headers: staff, fields: { alt } });
      expect(answer).toMatchObject({ status: 400, code: 'invalid_input', body: { errors: [{ pointer: '/alt' }] } });
    }
    expect(await everything()).toEqual(before);
  });

  test('a byte too large is refused, the limit itself is not; as declared and as it comes', async () => {
    const png = await newPicture();
    const padded = (bytes: number) => Buffer.concat([png, Buffer.alloc(bytes - png.byteLength)]);
    const before = await everything();
    const exceeded = { status: 413, code: 'media_too_many_bytes', body: { details: { limit: MAX_BYTES } } };
    expect(await sendForm(app, { content: padded(MAX_BYTES + 1) }, { headers: staff })).toMatchObject(exceeded);
    expect(await sendForm(app, { content: padded(MAX_BYTES * 3) }, { headers: staff })).toMatchObject(exceeded);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(picture.slice(0, -2))),
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    expect(await sendBody(app, endless, staff)).toMatchObject(exceeded);
    expect(sent).toBeLessThan(MAX_BYTES * 3);
    expect(await everything()).toEqual(before);
    expect((await sendForm(app, { content: padded(MAX_BYTES) }, { headers: staff })).status).toBe(201);
  });

  test('that goes wrong after its file has come whole leaves nothing', async () => {
    const before = await everything();
    const parts = [picture, part('name="price"', '1', 'text/plain'), '--b--\r\n'];
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const next = parts.shift();
        if (next === undefined) return controller.close();
        if (parts.length < 2) while ((await runtime.spool.count()) === 0) await new Promise(setImmediate);
        // The file has ended, and is written down before what is wrong comes.
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.enqueue(Buffer.from(next));
      },
    });
    expect((await sendBody(app, slow, staff)).code).toBe('media_form_invalid');
    expect(await everything()).toEqual(before);
  });

  test('of a caller who goes away in the middle leaves nothing', async () => {
    const before = await everything();
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(picture.slice(0, -2))),
      pull: (controller) => controller.error(new Error('gone')),
    });
    expect((await sendBody(app, broken, staff)).code).toBe('media_form_invalid');
    expect(await everything()).toEqual(before);
  });
});

describe('hostile files', () => {
  const jar = Buffer.from('PK\x03\x04META-INF/MANIFEST.MF', 'latin1');
  const small = () => photo(40, 30);
  test.each<[string, () => Buffer | Promise<Buffer>, string, string]>([
    ['a GIF that is a JAR', async () => Buffer.concat([await small().gif().toBuffer(), jar]), 'x.gif', 'kept'],
    ['a PNG with PHP', () => pngWithText('<?php system($_GET[0]) ?>'), 'shell.php', 'kept'],
    ['a JPEG with HTML', () => jpegWithComment('<script>alert(1)</script>'), 'x.html', 'kept'],
    ['a picture with a double extension', () => small().png().toBuffer(), 'x.php.png', 'kept'],
    ['a picture called a path', () => small().negate().png().toBuffer(), '../../../../etc/cron.d/x', 'kept'],
    ['a picture called a path of Windows', () => small().blur().png().toBuffer(), '..\\..\\x.exe', 'kept'],
    ['HTML called a picture', () => Buffer.from('<html><script>alert(1)</script>'), 'x.png', 'media_type_unsupported'],
    [
      'SVG',
      () => Buffer.from('<svg onload="alert(1)" xmlns="http://www.w3.org/2000/svg"/>'),
      'x.svg',
      'media_type_unsupported',
    ],
    ['SVG called PNG', () => Buffer.from('<?xml version="1.0"?><svg/>'), 'x.png', 'media_type_unsupported'],
    ['a ZIP called JPEG', () => jar, 'x.jpg', 'media_type_unsupported'],
    ['a program', () => Buffer.from('\x7fELF', 'latin1'), 'x.png', 'media_type_unsupported'],
    ['no byte', () => Buffer.alloc(0), 'x.png', 'media_unreadable'],
    ['one byte', () => Buffer.from([0x89]), 'x.png', 'media_type_unsupported'],
    [
      'a JPEG of which only the beginning is one',
      () => Buffer.from('\xff\xd8\xff\xe0<script>', 'latin1'),
      'x.jpg',
      'media_unreadable',
    ],
    ['a PNG bomb', () => pngBomb(20_000, 20_000), 'x.png', 'media_limit_exceeded'],
    ['a JPEG bomb', () => jpegBomb(20_000, 20_000), 'x.jpg', 'media_limit_exceeded'],
    ['a GIF bomb', () => gifBomb(20_000, 20_000), 'x.gif', 'media_limit_exceeded'],
    ['a WebP bomb', () => webpBomb(), 'x.webp', 'media_limit_exceeded'],
    ['an AVIF bomb', () => avifBomb(20_000, 20_000), 'x.avif', 'media_limit_exceeded'],
  ])('%s: in time, and only pixels of it are kept', async (_what, make, fileName, outcome) => {
    const content = await make();
    const before = await everything();
    const start = performance.now();
    const answer = await sendForm(app, { content, fileName }, { headers: staff });
    expect(performance.now() - start).toBeLessThan(MAX_MS);
    if (outcome !== 'kept') {
      expect(answer.code).toBe(outcome);
      expect(await everything()).toEqual(before);
      return;
    }
    expect(answer.status).toBe(201);
    expect(String(answer.body['fileName'])).not.toMatch(/[/\\]/);
    const blob = await runtime.blobs.get(`assets/${answer.body.id}/original`);
    for (const payload of ['PK\x03\x04', '<?php', '<script']) {
      expect(Buffer.from(blob?.content ?? '').includes(Buffer.from(payload, 'latin1'))).toBe(false);
    }
    expect(await runtime.spool.count()).toBe(0);
    // No name that was sent is the name of a file.
    const names = await readdir(runtime.config.media.directory);
    expect(names.filter((name) => !['assets', 'uploads'].includes(name))).toEqual([]);
  });

  test('more uploads than wait their turn are told when to come again', async () => {
    const large = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        photo(900 + i, 900)
          .jpeg()
          .toBuffer(),
      ),
    );
    const answers = await Promise.all(large.map((content) => sendForm(app, { content }, { headers: staff })));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, code, headers } of refused) {
      expect([status, code, headers.get('retry-after')]).toEqual([503, 'media_busy', '2']);
    }
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(17);
    expect(await runtime.spool.count()).toBe(0);
  });
});

describe('an upload in three steps', () => {
  const begin = async (content: Uint8Array, said: object = {}) => {
    const body = JSON.stringify({ contentType: 'image/png', bytes: content.byteLength, ...said });
    const headers = { ...staff, 'content-type': 'application/json' };
    const answer = await answerOf(await app.request('/v1/admin/media/uploads', { method: 'POST', headers, body }));
    const {
      uploadId,
      url,
      headers: toSend,
    } = answer.body as unknown as { uploadId: string; url: string; headers: Record<string, string> };
    return { uploadId, path: url.replace('http://localhost:3000', ''), toSend };
  };
  const put = async (path: string, content: Uint8Array, headers: Record<string, string>) => {
    const response = await app.request(path, { method: 'PUT', headers, body: new Uint8Array(content) });
    return response.status === 204 ? { status: 204 } : answerOf(response);
  };
  const complete = async (uploadId: string) => {
    const headers = { ...staff, 'content-type': 'application/json' };
    const path = `/v1/admin/media/uploads/${uploadId}/complete`;
    return answerOf(await app.request(path, { method: 'POST', headers, body: '{"alt":"A kettle"}' }));
  };

  test('the address takes the bytes, once as well as twice, until they are a picture', async () => {
    const content = await newPicture();
    const { uploadId, path, toSend } = await begin(content);
    expect(toSend).toEqual({ 'content-type': 'image/png' });
    expect(await put(path, content, toSend)).toEqual({ status: 204 });
    expect(await put(path, content, toSend)).toEqual({ status: 204 });
    const completed = await complete(uploadId);
    expect([completed.status, completed.body['alt']]).toEqual([200, 'A kettle']);
    expect(await put(path, content, toSend)).toMatchObject({ status: 409, code: 'media_upload_completed' });
    expect((await complete(uploadId)).body).toEqual(completed.body);
  });

  test('and nothing else: no other token, upload, type, or number of bytes', async () => {
    const content = await newPicture();
    const { path, toSend } = await begin(content);
    const other = await begin(content);
    const token = path.split('token=')[1] ?? '';
    const before = await everything();
    const tries: [string, Uint8Array, Record<string, string>, number, string][] = [
      [path.replace(/token=.*/, ''), content, toSend, 404, 'media_upload_not_found'],
      [path.replace(token, token.split('').reverse().join('')), content, toSend, 404, 'media_upload_not_found'],
      [other.path.replace(/token=.*/, `token=${token}`), content, toSend, 404, 'media_upload_not_found'],
      [`/media/uploads/none?token=${token}`, content, toSend, 404, 'media_upload_not_found'],
      [path, content, { 'content-type': 'text/html' }, 422, 'media_upload_mismatch'],
      [path, Buffer.concat([content, Buffer.alloc(1)]), toSend, 422, 'media_upload_mismatch'],
      [path, content.subarray(1), toSend, 422, 'media_upload_mismatch'],
      [path, new Uint8Array(), toSend, 422, 'media_upload_mismatch'],
    ];
    for (const [at, sent, headers, status, code] of tries) {
      expect(await put(at, sent, headers)).toMatchObject({ status, code });
    }
    expect(await everything()).toEqual(before);
    expect((await app.request(path, { headers: staff })).status).toBe(405);
  });

  test('and not after its time', async () => {
    const content = await newPicture();
    const { uploadId, path, toSend } = await begin(content);
    const late = { ...runtime.clock, now: () => new Date(runtime.clock.now().getTime() + 15 * 60_000) };
    const later = createApp({ ...runtime, clock: late });
    const response = await later.request(path, { method: 'PUT', headers: toSend, body: new Uint8Array(content) });
    expect(await answerOf(response)).toMatchObject({ status: 409, code: 'media_upload_expired' });
    expect(await complete(uploadId)).toMatchObject({ status: 409, code: 'media_upload_incomplete' });
  });

  test('is refused for what is no picture, however it was announced', async () => {
    const content = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    const { uploadId, path, toSend } = await begin(content);
    expect(await put(path, content, toSend)).toEqual({ status: 204 });
    expect(await complete(uploadId)).toMatchObject({ status: 415, code: 'media_type_unsupported' });
    const headers = { ...staff, 'content-type': 'application/json' };
    for (const contentType of ['image/svg+xml', 'text/html']) {
      const body = JSON.stringify({ contentType, bytes: 10 });
      const response = await app.request('/v1/admin/media/uploads', { method: 'POST', headers, body });
      expect(response.status).toBe(400);
    }
  });
});

test('over the network: a form is taken, one that is too large is answered, and the next one is taken', async () => {
  const { authSecret: AUTH_SECRET, publicUrl: PUBLIC_URL, media } = runtime.config;
  const env = { AUTH_SECRET, PUBLIC_URL, MEDIA_DIR: media.directory, MEDIA_MAX_BYTES: String(MAX_BYTES) };
  const server = await startServer(serverConfig({ url: runtime.databaseUrl }, env), { log: silentLog });
  try {
    const network = { request: (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init) } as never;
    expect((await sendForm(network, { content: await newPicture() }, { headers: staff })).status).toBe(201);
    const large = await sendForm(network, { content: new Uint8Array(8 * MAX_BYTES) }, { headers: staff }).catch(
      (error: unknown) => error,
    );
    // Whoever goes on sending may find the connection closed instead of reading the answer.
    expect(large instanceof Error ? 413 : (large as { status: number }).status).toBe(413);
    expect((await sendForm(network, { content: await newPicture() }, { headers: staff })).status).toBe(201);
  } finally {
    await server.close();
  }
});
