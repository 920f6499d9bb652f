import { mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from '../src/index.ts';

let runtime: TestRuntime;
let media: string;
let app: ReturnType<typeof createApp>;
let draining = false;
beforeAll(async () => {
  media = await mkdtemp(join(tmpdir(), 'cartwright-media-'));
  await writeFile(join(media, 'kettle-1.webp'), 'RIFFpicture');
  await writeFile(join(media, 'secret.txt'), 'secret');
  await symlink('/etc', join(media, 'folder.png'));
  runtime = await makeTestRuntime({ env: { MEDIA_DIR: media } });
  app = createApp(runtime, { isDraining: () => draining });
});
afterAll(async () => {
  await runtime.dispose();
  await rm(media, { recursive: true });
});

const COMMON = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

describe('every answer', () => {
  test.each([
    '/',
    '/health/live',
    '/v1/me',
    '/v1/categories?x=1',
    '/nope',
    '/trpc/nope',
    '/webhooks/stripe',
    '/v1/%zz',
  ])('%s has the common headers and a request id', async (path) => {
    const { headers } = await app.request(path);
    expect(Object.fromEntries(headers)).toMatchObject(COMMON);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('strict-transport-security')).toBe(false);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  test.each([
    ['abc-1.2_3:4', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['', false],
    ['-a', false],
    ['a b', false],
    ['<script>', false],
  ])('the request id "%s" is kept: %s', async (id, kept) => {
    const { headers } = await app.request('/health/live', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id') === id).toBe(kept);
  });

  test('HSTS only where the store is on https', async () => {
    const secure = createApp({ ...runtime, config: { ...runtime.config, publicUrl: 'https://shop.example' } });
    expect((await secure.request('/')).headers.get('strict-transport-security')).toContain('max-age=31536000');
  });

  test('requests are logged at debug level, with no token in them', async () => {
    const debug = vi.fn();
    const log = { ...runtime.log, debug };
    const chatty = createApp({ ...runtime, log, config: { ...runtime.config, logLevel: 'debug' } });
    await chatty.request('/health/live?token=x', { headers: { authorization: 'Bearer secret', 'x-request-id': 'r' } });
    const fields = { requestId: 'r', method: 'GET', path: '/health/live', status: 200, ms: expect.any(Number) };
    expect(debug).toHaveBeenCalledExactlyOnceWith(fields, 'request');
  });
});

describe('other origins', () => {
  const shop = 'https://shop.example';
  const withOrigins = (...corsOrigins: string[]) =>
    createApp({ ...runtime, config: { ...runtime.config, corsOrigins } });
  const ask = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });

  test('an allowed page may call, another may not', async () => {
    const one = withOrigins(shop);
    const allowed = await one.request('/v1/categories', { headers: { origin: shop } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe(shop);
    expect(allowed.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.headers.get('vary')).toBe('origin, accept-encoding, authorization, cookie');
    const other = await one.request('/v1/categories', { headers: { origin: 'https://evil.example' } });
    expect(other.headers.has('access-control-allow-origin')).toBe(false);
    expect(other.headers.has('access-control-allow-credentials')).toBe(false);
    expect(other.headers.get('vary')).toBe('origin, accept-encoding, authorization, cookie');
  });

  test('a preflight is answered before anything else', async () => {
    const one = withOrigins(shop);
    const yes = await one.request('/v1/carts', { method: 'OPTIONS', headers: ask(shop) });
    expect(yes.status).toBe(204);
    expect(yes.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(yes.headers.get('access-control-allow-headers')).toContain('cart-token');
    expect(yes.headers.get('access-control-allow-headers')).toContain('x-csrf-token');
    expect(yes.headers.get('access-control-allow-credentials')).toBe('true');
    const no = await one.request('/v1/carts', { method: 'OPTIONS', headers: ask('https://evil.example') });
    expect([no.status, no.headers.has('access-control-allow-origin')]).toEqual([204, false]);
    const none = await app.request('/v1/carts', { method: 'OPTIONS', headers: ask(shop) });
    expect([none.status, none.headers.get('allow')]).toEqual([204, 'OPTIONS, POST']);
  });

  test('* stands for every page, and lets none of them send cookies', async () => {
    const response = await withOrigins('*').request('/v1/categories', { headers: { origin: shop } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });
});

describe('fixed paths', () => {
  test('the index says where things are', async () => {
    expect(await (await app.request('/')).json()).toEqual({
      name: 'Cartwright',
      docs: '/docs',
      openapi: '/openapi.json',
    });
  });

  test('the public keys are there, and may be kept for a while', async () => {
    const response = await app.request('/.well-known/jwks.json');
    expect(await response.json()).toEqual({ keys: [expect.objectContaining({ kty: 'EC', alg: 'ES256' })] });
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  test.each(['/', '/health/ready', '/openapi.json', '/docs', '/media/x.png', '/.well-known/jwks.json'])(
    'POST %s is 405',
    async (path) => {
      const response = await app.request(path, { method: 'POST' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    },
  );

  test('an unknown path is a 404 problem', async () => {
    const response = await app.request('/admin.php');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'https://cartwright.dev/errors/not_found',
      title: 'There is no such thing, or it is not yours.',
      status: 404,
      code: 'not_found',
    });
  });

  test('ready while the database answers, not while draining; live all the same', async () => {
    expect(await (await app.request('/health/ready')).json()).toEqual({ status: 'ok' });
    draining = true;
    const response = await app.request('/health/ready');
    expect([response.status, await response.json()]).toEqual([503, { status: 'draining' }]);
    expect((await app.request('/health/live')).status).toBe(200);
    draining = false;
  });
});

describe('pictures', () => {
  test('are served for good, and only once to who has them', async () => {
    const response = await app.request('/media/kettle-1.webp');
    expect(await response.text()).toBe('RIFFpicture');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
    const etag = response.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-z]+-[0-9a-z]+"$/);
    for (const known of [etag, `"x", W/${etag}`, '*']) {
      const again = await app.request('/media/kettle-1.webp', { headers: { 'if-none-match': known } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    await utimes(join(media, 'kettle-1.webp'), 1, 1);
    const changed = await app.request('/media/kettle-1.webp', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
  });

  test.each([
    '/media/none.png',
    '/media/secret.txt',
    '/media/folder.png',
    '/media/..%2Fsecret.png',
    '/media/%2e%2e%2fetc%2fpasswd',
    '/media/.hidden.png',
    '/media/a%00.png',
    '/media/',
    '/media/a/b.png',
    '/media/x.svg',
  ])('%s is 404', async (path) => {
    expect((await app.request(path)).status).toBe(404);
  });
});
