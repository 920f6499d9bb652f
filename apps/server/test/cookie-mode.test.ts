import { createFastHasher, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { type Answer, Browser, type Call } from './browser.ts';

const OURS = 'http://localhost:3000';
const STOREFRONT = 'https://www.shop.example';
const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery staple' };

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  const off = { LIMIT_AUTH_PER_MINUTE: '0', LIMIT_CART_PER_10S: '0' };
  runtime = await makeTestRuntime({
    env: { CORS_ORIGINS: STOREFRONT, ...off },
    overrides: { passwords: createFastHasher() },
  });
  app = createApp(runtime);
  await new Browser(app, OURS).rest('/v1/auth/register', { input: CREDENTIALS });
});
afterAll(() => runtime.dispose());
beforeEach(() => querySql(runtime.databaseUrl, 'delete from sessions').then(() => undefined));

const countSessions = async () => (await querySql(runtime.databaseUrl, 'select 1 from sessions')).length;
const generations = () => querySql(runtime.databaseUrl, 'select generation from sessions order by created_at, id');

/** One way to call the same procedures. */
interface Face {
  login(browser: Browser, call?: Call): Promise<Answer>;
  refresh(browser: Browser, call?: Call): Promise<Answer>;
  logout(browser: Browser, call?: Call): Promise<Answer>;
  me(browser: Browser, call?: Call): Promise<Answer>;
  /** Ends every other session: something that a foreign page would like to do. */
  change(browser: Browser, call?: Call): Promise<Answer>;
  /** Open to guests too. */
  makeCart(browser: Browser, call?: Call): Promise<Answer>;
}

const cookieLogin = { ...CREDENTIALS, session: 'cookie' };
const faces: Record<string, Face> = {
  REST: {
    login: (browser, call) => browser.rest('/v1/auth/login', { input: cookieLogin, ...call }),
    refresh: (browser, call) => browser.rest('/v1/auth/refresh', { input: {}, ...call }),
    logout: (browser, call) => browser.rest('/v1/auth/logout', call),
    me: (browser, call) => browser.rest('/v1/me', { method: 'GET', ...call }),
    change: (browser, call) => browser.rest('/v1/me/sessions/revoke-others', call),
    makeCart: (browser, call) => browser.rest('/v1/carts', { input: { currency: 'EUR' }, ...call }),
  },
  tRPC: {
    login: (browser, call) => browser.trpc('auth.login', { input: cookieLogin, ...call }),
    refresh: (browser, call) => browser.trpc('auth.refresh', { input: {}, ...call }),
    logout: (browser, call) => browser.trpc('auth.logout', call),
    me: (browser, call) => browser.trpc('auth.me', { method: 'GET', ...call }),
    change: (browser, call) => browser.trpc('auth.revokeOtherSessions', call),
    makeCart: (browser, call) => browser.trpc('cart.create', { input: { currency: 'EUR' }, ...call }),
  },
};

describe.each(Object.entries(faces))('cookies over %s', (_name, face) => {
  async function logIn(origin = OURS): Promise<{ browser: Browser; csrf: Record<string, string> }> {
    const browser = new Browser(app, origin);
    const { status, body } = await face.login(browser);
    expect(status).toBe(200);
    return { browser, csrf: { 'x-csrf-token': String(body['csrfToken']) } };
  }

  test('a log-in sets both tokens where no script reads them, and answers neither', async () => {
    const browser = new Browser(app, OURS);
    const { body, headers } = await face.login(browser);
    expect(body).toMatchObject({ user: { email: CREDENTIALS.email }, accessToken: null, refreshToken: null });
    expect(body['csrfToken']).toMatch(/^[\w-]{43}$/);
    const attributes = 'Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax';
    expect(headers.getSetCookie().map((text) => text.replace(/=[^;]+/, '=…'))).toEqual([
      `cartwright-access=…; ${attributes}`,
      `cartwright-refresh=…; ${attributes}`,
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
    const [access, refresh] = [...browser.cookies.values()];
    expect(access).toMatch(/^ey/);
    expect(refresh).toMatch(/^[a-z0-9]{40}\.1\.[\w-]{43}$/);
    expect(JSON.stringify(body)).not.toContain(access);
  });

  test('without being asked for there are none', async () => {
    const browser = new Browser(app, OURS);
    const { body, headers } = await face.login(browser, { input: CREDENTIALS });
    expect(headers.getSetCookie()).toEqual([]);
    expect(body).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
    expect(body).not.toHaveProperty('csrfToken');
  });

  test('the cookie says who reads; no cookie is a guest', async () => {
    const { browser } = await logIn();
    expect((await face.me(browser)).body).toMatchObject({ email: CREDENTIALS.email });
    expect(await face.me(new Browser(app, OURS))).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  test('a page of ours changes things with its token, and so does one of a named origin', async () => {
    for (const origin of [OURS, STOREFRONT]) {
      await logIn(origin);
      const { browser, csrf } = await logIn(origin);
      expect((await face.change(browser, { headers: csrf })).status).toBeLessThan(300);
      expect(await countSessions()).toBe(1);
    }
  });

  test.each<[string, (csrf: Record<string, string>) => Promise<Record<string, string>>]>([
    ['without a token', async () => ({})],
    ['with an empty token', async () => ({ 'x-csrf-token': '' })],
    ['with a wrong token', async () => ({ 'x-csrf-token': 'A'.repeat(43) })],
    ["with another session's token", async () => (await logIn()).csrf],
    [
      'from another site',
      async (csrf) => ({ ...csrf, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }),
    ],
    [
      'from a sister site',
      async (csrf) => ({ ...csrf, origin: 'https://shop.example', 'sec-fetch-site': 'same-site' }),
    ],
    ['from a longer name', async (csrf) => ({ ...csrf, origin: `${STOREFRONT}.evil.example` })],
    ['from another port', async (csrf) => ({ ...csrf, origin: 'http://localhost:3001' })],
    ['from a file', async (csrf) => ({ ...csrf, origin: 'null' })],
    ['from nowhere', async (csrf) => ({ ...csrf, origin: '' })],
  ])('a change %s is 403, and nothing changes', async (_how, headersOf) => {
    await logIn();
    const { browser, csrf } = await logIn();
    const headers = await headersOf(csrf);
    const before = await countSessions();
    for (const act of [face.change, face.makeCart]) {
      expect(await act(browser, { headers })).toMatchObject({ status: 403, body: { code: 'csrf_token_invalid' } });
    }
    expect(await countSessions()).toBe(before);
    expect(await querySql(runtime.databaseUrl, 'select 1 from carts')).toEqual([]);
  });

  test('a browser that calls itself same-origin is believed, under whatever name we are reached', async () => {
    const { browser, csrf } = await logIn();
    const headers = { ...csrf, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' };
    expect((await face.change(browser, { headers })).status).toBeLessThan(300);
  });

  test('a log-in for cookies from another site opens nothing', async () => {
    const evil = new Browser(app, 'https://evil.example');
    expect(await face.login(evil)).toMatchObject({ status: 403, body: { code: 'csrf_token_invalid' } });
    expect([evil.cookies.size, await countSessions()]).toEqual([0, 0]);
  });

  test('a refresh takes the cookie, without an access token and without the token of the page', async () => {
    const { browser, csrf } = await logIn();
    const before = new Map(browser.cookies);
    runtime.clock.advance(301);
    expect(await face.me(browser)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const { status, body } = await face.refresh(browser);
    expect([status, body['accessToken'], body['refreshToken']]).toEqual([200, null, null]);
    expect({ 'x-csrf-token': body['csrfToken'] }).toEqual(csrf);
    for (const [name, value] of browser.cookies) expect(value).not.toBe(before.get(name));
    expect((await face.me(browser)).status).toBe(200);
    expect((await face.change(browser, { headers: csrf })).status).toBeLessThan(300);
  });

  test('a refresh from another site renews nothing', async () => {
    const { browser } = await logIn();
    const headers = { origin: 'https://evil.example' };
    expect(await face.refresh(browser, { headers })).toMatchObject({
      status: 403,
      body: { code: 'csrf_token_invalid' },
    });
    expect(await generations()).toEqual([{ generation: 1 }]);
  });

  test('a refresh with a token in the body is answered in the body, whatever cookies there are', async () => {
    const { browser } = await logIn();
    const { body } = await face.login(new Browser(app, OURS), { input: CREDENTIALS });
    const kept = new Map(browser.cookies);
    const answer = await face.refresh(browser, { input: { refreshToken: body['refreshToken'] } });
    expect(answer.body).toMatchObject({
      accessToken: expect.any(String),
      refreshToken: expect.stringContaining('.2.'),
    });
    expect(browser.cookies).toEqual(kept);
  });

  test('cookies of a session that has ended are 401 until the refresh clears them; then the browser is a guest', async () => {
    const { browser } = await logIn();
    await querySql(runtime.databaseUrl, 'delete from sessions');
    runtime.clock.advance(5);
    expect((await face.makeCart(browser)).status).toBe(401);
    expect((await face.me(browser)).status).toBe(401);
    expect(await face.refresh(browser)).toMatchObject({ status: 401, body: { code: 'refresh_token_invalid' } });
    expect(browser.cookies.size).toBe(0);
    expect((await face.login(browser)).status).toBe(200);
  });

  test('a log-in works beside broken cookies', async () => {
    const { browser } = await logIn();
    browser.cookies.set('cartwright-access', 'broken');
    browser.cookies.set('cartwright-refresh', 'broken');
    expect((await face.me(browser)).status).toBe(401);
    expect((await face.login(browser)).status).toBe(200);
    expect((await face.me(browser)).status).toBe(200);
  });

  test('logging out ends the session and clears the cookies, also with an access token that has expired', async () => {
    const { browser } = await logIn();
    const stolen = new Browser(app, OURS);
    for (const [name, value] of browser.cookies) stolen.cookies.set(name, value);
    runtime.clock.advance(301);
    expect((await face.logout(browser)).status).toBeLessThan(300);
    expect([browser.cookies.size, await countSessions()]).toEqual([0, 0]);
    expect((await face.refresh(stolen)).status).toBe(401);
    expect((await face.me(browser)).status).toBe(401);
  });

  test('logging out from another site ends nothing', async () => {
    const { browser } = await logIn();
    const headers = { origin: 'https://evil.example' };
    expect((await face.logout(browser, { headers })).status).toBe(403);
    expect([browser.cookies.size, await countSessions()]).toEqual([2, 1]);
  });

  test('a bearer header goes before cookies, right or wrong, and needs no token of a page', async () => {
    const { browser } = await logIn();
    const other = { email: 'eve@example.com', password: CREDENTIALS.password };
    await browser.rest('/v1/auth/register', { input: other });
    const { body } = await face.login(new Browser(app, OURS), { input: other });
    const headers = { authorization: `Bearer ${body['accessToken']}` };
    expect((await face.me(browser, { headers })).body).toMatchObject({ email: other.email });
    expect((await face.change(browser, { headers })).status).toBeLessThan(300);
    expect((await face.me(browser, { headers: { authorization: 'Bearer broken' } })).status).toBe(401);
    expect((await face.logout(browser, { headers })).status).toBeLessThan(300);
    expect([browser.cookies.size, (await face.me(browser)).status]).toEqual([2, 200]);
  });
});

test('on https the cookies are __Host- and Secure, and no other name is read', async () => {
  const secure = createApp({ ...runtime, config: { ...runtime.config, publicUrl: 'https://api.shop.example' } });
  const browser = new Browser(secure, 'https://api.shop.example');
  const { headers, status } = await browser.rest('/v1/auth/login', { input: cookieLogin });
  expect(status).toBe(200);
  const attributes = 'Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax; Secure';
  expect(headers.getSetCookie().map((text) => text.replace(/=[^;]+/, '=…'))).toEqual([
    `__Host-cartwright-access=…; ${attributes}`,
    `__Host-cartwright-refresh=…; ${attributes}`,
  ]);
  expect((await browser.rest('/v1/me', { method: 'GET' })).status).toBe(200);
  const plain = new Browser(secure, 'https://api.shop.example');
  for (const [name, value] of browser.cookies) plain.cookies.set(name.replace('__Host-', ''), value);
  expect((await plain.rest('/v1/me', { method: 'GET' })).status).toBe(401);
  expect((await plain.rest('/v1/auth/refresh', { input: {} })).status).toBe(401);
});

test('an answer that is shared among guests is not given to who has our cookie, nor kept from theirs', async () => {
  const browser = new Browser(app, OURS);
  await browser.rest('/v1/auth/login', { input: cookieLogin });
  runtime.clock.advance(10);
  const ask = (from: Browser) => from.rest('/v1/categories', { method: 'GET' });
  await ask(new Browser(app, OURS));
  runtime.takeStatements();
  expect((await ask(new Browser(app, OURS))).status).toBe(200);
  expect(runtime.takeStatements()).toEqual([]);
  expect((await ask(browser)).status).toBe(200);
  expect(runtime.takeStatements().length).toBeGreaterThan(0);
});

test.each(['trpc-accept', 'accept'])(
  'an answer streamed by %s has no cookies to give: such a log-in is refused before it opens anything',
  async (name) => {
    const response = await app.request('/trpc/auth.login?batch=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json', [name]: 'application/jsonl', origin: OURS },
      body: JSON.stringify({ 0: { json: cookieLogin } }),
    });
    expect(await response.text()).toContain('A streamed answer carries no cookies');
    expect([response.headers.getSetCookie(), await countSessions()]).toEqual([[], 0]);
  },
);

test('calls of one tRPC batch share the rule: a log-in beside a change is a change', async () => {
  const browser = new Browser(app, OURS);
  await browser.rest('/v1/auth/login', { input: cookieLogin });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await app.request('/trpc/auth.login,auth.revokeOtherSessions?batch=1', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: OURS, cookie },
    body: JSON.stringify({ 0: { json: cookieLogin } }),
  });
  expect([response.status, await countSessions()]).toEqual([403, 1]);
});

test.each([
  ['/v1/auth/forgot-password', { email: CREDENTIALS.email }, 202],
  ['/v1/auth/resend-verification', { email: CREDENTIALS.email }, 202],
  ['/v1/auth/reset-password', { token: 'x', password: 'another horse, another battery' }, 400],
  ['/v1/auth/verify-email', { token: 'x' }, 400],
  ['/v1/auth/confirm-email-change', { token: 'x' }, 400],
  ['/v1/auth/sign-up/code', { signUp: 'x', email: CREDENTIALS.email }, 400],
])('a cookie that has expired is no obstacle at %s', async (path, input, status) => {
  const browser = new Browser(app, OURS);
  browser.cookies.set('cartwright-access', 'expired');
  expect((await browser.rest(path, { input })).status).toBe(status);
});
