import { openAnotherProcess, silentLog, type TestRuntime, withProviders } from '@cartwright/api/testing';
import { overwhelmedPasswords } from '@cartwright/api/testing/accounts';
import { uploadTestPicture } from '@cartwright/api/testing/pictures';
import { closeDb } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, startServer } from '../src/index.ts';
import { openApiDocument } from '../src/rest/openapi.ts';
import { type App, procedures, type Request, sendRest, sendTrpc } from './authz/send.ts';
import { type Ground, openGround, openWorld, type World } from './authz/world.ts';
import { matrix } from './authz.matrix.ts';
import { Browser } from './browser.ts';
import { InspectedApp } from './headers/inspect.ts';
import { sampleApp } from './sample-app.ts';
import { serverConfig } from './server-config.ts';

const HTTPS = 'https://api.shop.example';
const STOREFRONT = 'https://www.shop.example';
const EVIL = 'https://evil.example';
const JSON_BODY = { 'content-type': 'application/json' };

type Headers = Record<string, string>;

let ground: Ground;
let world: World;
let media: string;
let hash: string;
/** The store as it is in production: on https, called by pages of one other origin. */
let runtime: TestRuntime;
let store: InspectedApp;
let asked = 0;

beforeAll(async () => {
  ground = await openGround();
  world = openWorld(ground);
  const config = { ...ground.runtime.config, publicUrl: HTTPS, corsOrigins: [STOREFRONT] };
  const github = { GITHUB_CLIENT_ID: 'a', GITHUB_CLIENT_SECRET: 'b', PUBLIC_URL: HTTPS };
  media = config.media.directory;
  await ground.runtime.blobs.put('kettle.webp', Buffer.from('RIFF'), { contentType: 'image/webp' });
  ({ hash } = await uploadTestPicture(ground.runtime));
  runtime = withProviders({ ...ground.runtime, config }, github);
  store = new InspectedApp(createApp(runtime), { https: true, origins: [STOREFRONT] });
});
afterAll(async () => {
  await ground.runtime.dispose();
});

const rows = Object.entries(matrix).map(([path, row]) => ({ path, row: row as (typeof matrix)['auth.me'] }));
const asApp = (app: InspectedApp) => app as unknown as App;
const isSessionless = (path: string) => procedures.get(path)?.meta.sessionless === true;
const isReached = ({ path }: { path: string }) => procedures.get(path)?.meta.rest !== undefined;

/** A whole request of a procedure, by somebody who may make it. */
async function requestOf(from: World, { path, row }: (typeof rows)[number]): Promise<Request> {
  const who = (row as { rule: string }).rule === 'permission' ? 'administrator' : 'owner';
  const input = await (row.input as (world: World, of: 'owner') => unknown)(from, 'owner');
  return { path, input, headers: await from.headersOf(who, 'audit:read') };
}

async function sendBoth(app: InspectedApp, each: (typeof rows)[number], request: Request): Promise<void> {
  await sendTrpc(asApp(app), request);
  if (isReached(each)) await sendRest(asApp(app), request);
}

/** Nothing is wrong, and as many answers were looked at as there should be. */
function expectFaultless(app: InspectedApp, atLeast: number): void {
  const faults = [...app.faults];
  app.faults.clear();
  expect(faults).toEqual([]);
  expect(app.answers).toBeGreaterThanOrEqual(atLeast);
  asked += app.answers;
  app.answers = 0;
}

describe('the headers of every answer', () => {
  test('of every procedure over both faces: done, refused, and asked for by pages of any origin', async () => {
    for (const each of rows) {
      // What ends a session, or changes a thing, is done in a world of its own.
      const isQuery = procedures.get(each.path)?.type === 'query';
      const request = await requestOf(isQuery ? world : openWorld(ground), each);
      await sendBoth(store, each, request);
      const pages: Headers[] = [{ origin: STOREFRONT }, { origin: EVIL, authorization: 'Bearer broken' }];
      for (const headers of pages) {
        await sendBoth(store, each, { ...request, headers });
      }
    }
    expectFaultless(store, rows.length * 3);
  });

  test('of everything else that is served, and of what is not', async () => {
    const document = openApiDocument() as { paths: Record<string, Record<string, unknown>> };
    const raw = Object.entries(document.paths).filter(([path]) => !path.startsWith('/v1/'));
    const named = { provider: 'github', name: 'kettle.webp', hash, shape: 'fit', width: '160', uploadId: 'none' };
    const paths = raw.map(([path]) => path.replace(/\{(\w+)\}/g, (_, name: keyof typeof named) => named[name]));
    const others = [
      '/',
      '/openapi.json',
      '/docs',
      '/docs/initializer.js',
      '/docs/swagger-ui.css',
      '/media/none.png',
      `/media/${hash}/square/160`,
      `/media/${hash}/fit/161`,
    ];
    const absent = ['/nope', '/v1/nope', '/trpc/nope', '/auth/nope', '/docs/nope', '/.env', '/v1/%zz', '/v1//me'];
    for (const path of [...paths, ...others, ...absent]) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        for (const origin of [HTTPS, STOREFRONT, EVIL]) await store.request(path, { method, headers: { origin } });
      }
    }
    expectFaultless(store, paths.length * 18);
  });

  test('of what cannot be read', async () => {
    const post = (body: string, headers: Record<string, string> = JSON_BODY) =>
      store.request('/v1/auth/login', { method: 'POST', headers, body });
    const statuses = [
      await post('{'),
      await post('x', { 'content-type': 'text/plain' }),
      await post('x'.repeat(2_000_000)),
      await post('{"email":1}'),
      await store.request('/trpc/auth.login', { method: 'POST', headers: JSON_BODY, body: '{' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 415, 413, 400, 400]);
    expectFaultless(store, 5);
  });

  test('on http: the same, without HSTS and Secure', async () => {
    const plain = new InspectedApp(createApp(ground.runtime), { https: false, origins: [] });
    for (const path of ['/', '/v1/categories', '/v1/me', '/nope', '/.well-known/jwks.json']) {
      await plain.request(path, { headers: { origin: EVIL } });
    }
    const { email } = await world.account('other');
    const input = { email, password: 'a password in every test', session: 'cookie' };
    const { status } = await new Browser(plain as never, 'http://localhost:3000').rest('/v1/auth/login', { input });
    expect(status).toBe(200);
    expectFaultless(plain, 6);
  });

  test('of a server on the network, also to what is hardly HTTP', async () => {
    const { databaseUrl: url } = ground.runtime;
    const server = await startServer(serverConfig({ url }, { MEDIA_DIR: media }), { log: silentLog });
    try {
      const app = new InspectedApp(
        { request: (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init) } as never,
        { https: false, origins: [] },
      );
      for (const path of ['/', '/v1/me', '/nope', '/media/kettle.webp', '/docs', '/trpc/auth.me'])
        await app.request(path);
      const chunked = { method: 'POST', headers: JSON_BODY, body: '{' };
      await app.request('/v1/auth/login', chunked);
      expectFaultless(app, 7);
    } finally {
      await server.close();
    }
  });
});

describe('an error says nothing of the inside', () => {
  test('whatever procedure meets a database that is gone', async () => {
    const requests: [(typeof rows)[number], Request][] = [];
    for (const each of rows) requests.push([each, await requestOf(world, each)]);
    const other = await openAnotherProcess(runtime);
    // Callers are known all the same, so that they get as far as to the procedure's own statements.
    const { accessTokens } = runtime;
    const broken = new InspectedApp(createApp({ ...other, accessTokens }), { https: true, origins: [STOREFRONT] });
    await closeDb(other.db);
    for (const [each, request] of requests) await sendBoth(broken, each, request);
    expectFaultless(broken, rows.length);
  });

  test('when more people log in than can wait: 503, and when to come again', async () => {
    const full = createApp({ ...runtime, passwords: overwhelmedPasswords() });
    const crowded = new InspectedApp(full, { https: true, origins: [STOREFRONT] });
    const { email } = await world.account('other');
    for (const path of ['auth.login', 'auth.register']) {
      const request = { path, input: { email, password: 'correct horse battery staple' }, headers: {} };
      expect(await sendRest(asApp(crowded), request)).toMatchObject({ status: 503, code: 'password_queue_full' });
    }
    const body = JSON.stringify({ email, password: 'x' });
    const { headers } = await crowded.request('/v1/auth/login', { method: 'POST', headers: JSON_BODY, body });
    expect(headers.get('retry-after')).toBe('2');
    expectFaultless(crowded, 3);
  });

  test('nor of a bug, with secrets in its message', async () => {
    const sample = new InspectedApp(sampleApp(runtime), { https: true, origins: [STOREFRONT] });
    for (const how of ['bug', 'refusal', 'retry', 'lost']) await sample.request(`/v1/fail?how=${how}`);
    const answer = await sample.request('/v1/fail?how=bug');
    expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('hunter2')]);
    expectFaultless(sample, 5);
  });
});

describe('pages of other origins', () => {
  test.each([
    'null',
    '',
    EVIL,
    'http://www.shop.example',
    'https://shop.example',
    'https://www.shop.example:8443',
    'https://www.shop.example:443',
    'https://www.shop.example.evil.example',
    'https://www.shop.example%2eevil.example',
    'https://evilwww.shop.example',
    'https://evil.www.shop.example',
    'https://wwwxshop.example',
    'https://www.shopxexample',
    'https://www.shop.example/',
    'https://www.shop.example/path',
    'https://www.shop.example@evil.example',
    'https://user@www.shop.example',
    'https://WWW.SHOP.EXAMPLE',
    'https://www.shop.example, https://evil.example',
    'https://www.shop.example https://evil.example',
    'https://www.shop.example_.evil.example',
    'https://www.shop.exam',
    'file://',
    '*',
    '.*',
  ])('"%s" reads nothing, and asks in vain before it writes', async (origin) => {
    for (const path of ['/v1/categories', '/trpc/catalog.categories', '/v1/me', '/nope', '/.well-known/jwks.json']) {
      await store.request(path, { headers: { origin } });
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-csrf-token',
      };
      const preflight = await store.request(path, { method: 'OPTIONS', headers });
      expect(preflight.headers.has('access-control-allow-headers')).toBe(false);
    }
    expectFaultless(store, 10);
  });

  test('that are named read, and may send cookies', async () => {
    const response = await store.request('/v1/categories', { headers: { origin: STOREFRONT } });
    expect(response.headers.get('access-control-allow-origin')).toBe(STOREFRONT);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    expectFaultless(store, 1);
  });
});

test('with the session in cookies, no procedure changes anything for a page that is not ours or has no token', async () => {
  const account = await world.account('administrator');
  const browser = new Browser(store as never, STOREFRONT);
  const credentials = { email: account.email, password: 'a password in every test', session: 'cookie' };
  const { body } = await browser.rest('/v1/auth/login', { input: credentials });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const csrf = { 'x-csrf-token': String(body['csrfToken']) };
  const mutations = rows.filter(({ path }) => procedures.get(path)?.type === 'mutation');
  const requests: [(typeof rows)[number], Request][] = [];
  for (const each of mutations) requests.push([each, await requestOf(world, each)]);
  const before = await ground.snapshot();
  const pages: Headers[] = [
    { cookie, origin: STOREFRONT },
    { cookie, origin: STOREFRONT, 'x-csrf-token': 'A'.repeat(43) },
    { cookie, origin: EVIL, ...csrf },
    { cookie, origin: 'null', ...csrf },
    { cookie, ...csrf },
  ];
  for (const [each, { path, input }] of requests.filter(([{ path }]) => !isSessionless(path))) {
    const said = new Set<string | undefined>();
    for (const headers of pages) {
      said.add((await sendTrpc(asApp(store), { path, input, headers })).code);
      if (isReached(each)) said.add((await sendRest(asApp(store), { path, input, headers })).code);
    }
    expect([path, ...said]).toEqual([path, 'csrf_token_invalid']);
  }
  const after = await ground.snapshot();
  expect([...after].filter(([table, fingerprint]) => before.get(table) !== fingerprint)).toEqual([]);
  // Those that open, renew and end sessions: what they take out of a cookie or put into one is for pages of ours.
  const evil = { cookie, origin: EVIL };
  const refusedOf = async (path: string, input: object) =>
    (await sendRest(asApp(store), { path, input, headers: evil })).code;
  expect(await refusedOf('auth.login', credentials)).toBe('csrf_token_invalid');
  expect(await refusedOf('auth.refresh', {})).toBe('csrf_token_invalid');
  expect(await refusedOf('auth.logout', {})).toBe('csrf_token_invalid');
  expectFaultless(store, mutations.length * 5);
  console.log(`${asked} answers over ${rows.length} procedures and everything else: 0 findings`);
});
