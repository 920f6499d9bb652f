import type { TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Browser } from '../../test/browser.ts';
import { LocalProvider, problemOf } from '../../test/local-provider.ts';
import { createApp } from '../app.ts';

const STOREFRONT = 'https://shop.example';
const provider = new LocalProvider();
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let browser: Browser;

beforeAll(async () => {
  await provider.start();
  runtime = await provider.runtime({ STOREFRONT_URL: STOREFRONT, CORS_ORIGINS: STOREFRONT });
});
afterAll(async () => {
  await runtime.dispose();
  await provider.stop();
});
beforeEach(() => {
  app = createApp(runtime);
  browser = new Browser(app, STOREFRONT);
  provider.reset();
});

/** Opens an address of ours, the provider's after it and ours again, as a browser does. */
async function visit(path: string, change: (callback: URL) => void = () => {}) {
  const begun = await browser.rest(path, { method: 'GET' });
  expect(begun.status).toBe(302);
  const sent = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const callback = new URL(sent.headers.get('location') ?? '');
  change(callback);
  return browser.rest(`${callback.pathname}${callback.search}`, { method: 'GET' });
}

const countSessions = () => querySql(runtime.databaseUrl, 'select count(*) from sessions');

describe('signing in with the session in cookies', () => {
  test('ends at the page that was asked for, which holds no token and can use the session', async () => {
    const response = await visit('/auth/oidc?session=cookie&returnTo=%2Faccount%3Ffrom%3Doidc');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`${STOREFRONT}/account?from=oidc`);
    expect(response.body).toEqual({});
    expect([...browser.cookies.keys()].sort()).toEqual(['cartwright-access', 'cartwright-refresh']);
    const me = await browser.rest('/v1/me', { method: 'GET' });
    expect(me).toMatchObject({ status: 200, body: { email: provider.claims['email'] } });
    const refreshed = await browser.rest('/v1/auth/refresh', { input: {} });
    expect(refreshed).toMatchObject({ status: 200, body: { csrfToken: expect.any(String), accessToken: null } });
    const headers = { 'x-csrf-token': String(refreshed.body['csrfToken']) };
    expect((await browser.rest('/v1/auth/logout', { input: {}, headers })).status).toBe(200);
  });

  test('ends at the storefront unless another page is asked for, and may end at a page of ours', async () => {
    expect((await visit('/auth/oidc?session=cookie')).headers.get('location')).toBe(`${STOREFRONT}/`);
    const ours = encodeURIComponent('http://localhost:3000/docs');
    const response = await visit(`/auth/oidc?session=cookie&returnTo=${ours}`);
    expect(response.headers.get('location')).toBe('http://localhost:3000/docs');
  });

  test('that fails ends there as well, without cookies', async () => {
    const before = await countSessions();
    const declined = await visit('/auth/oidc?session=cookie', ({ searchParams }) => {
      searchParams.set('error', 'access_denied');
    });
    expect(declined.status).toBe(303);
    expect(declined.headers.get('location')).toBe(`${STOREFRONT}/#error=oauth_denied`);
    Object.assign(provider.claims, { email_verified: false });
    const unverified = await visit('/auth/oidc?session=cookie&returnTo=/account');
    const page = new URL(unverified.headers.get('location') ?? '');
    expect(page.href).toMatch(`${STOREFRONT}/account#`);
    expect(Object.fromEntries(new URLSearchParams(page.hash.slice(1)))).toEqual({
      error: 'email_not_verified',
      signUp: expect.any(String),
      email: provider.claims['email'],
    });
    expect(browser.cookies.size).toBe(0);
    expect(await countSessions()).toEqual(before);
  });

  test('of a sign-in that this browser did not begin is answered, for nobody knows a page', async () => {
    const response = await visit('/auth/oidc?session=cookie', ({ searchParams }) => searchParams.set('state', 'x'));
    expect(response).toMatchObject({ status: 400, body: { code: 'oauth_state_invalid' } });
  });

  test.each([
    ['session=cookie&returnTo=//evil.example', 'return_to_invalid'],
    ['session=cookie&returnTo=https://shop.example.evil.example', 'return_to_invalid'],
    ['session=cookie&returnTo=https://shop.example%40evil.example', 'return_to_invalid'],
    ['session=cookie&returnTo=/%5Cevil.example', 'return_to_invalid'],
    ['session=cookie&returnTo=/%09/evil.example', 'return_to_invalid'],
    ['session=cookie&returnTo=', 'return_to_invalid'],
    ['session=cookie&returnTo=/a&returnTo=//evil.example', 'invalid_input'],
    ['returnTo=/account', 'invalid_input'],
    ['session=bearer', 'invalid_input'],
    ['session=cookie&link=x', 'invalid_input'],
  ])('cannot begin with ?%s', async (query, code) => {
    expect(await problemOf(await app.request(`/auth/oidc?${query}`))).toEqual({ status: 400, code });
  });

  test('with bearer tokens sets no cookie, whatever session the browser had', async () => {
    await visit('/auth/oidc?session=cookie');
    const cookies = [...browser.cookies.values()];
    const response = await visit('/auth/oidc');
    expect(response).toMatchObject({ status: 200, body: { accessToken: expect.any(String) } });
    expect([...browser.cookies.values()]).toEqual(cookies);
  });
});

test('linking works from a session in cookies', async () => {
  await visit('/auth/oidc?session=cookie');
  const { body } = await browser.rest('/v1/auth/refresh', { input: {} });
  const headers = { 'x-csrf-token': String(body['csrfToken']) };
  const begin = await browser.rest('/v1/me/identities/begin', {
    input: { provider: 'oidc', returnTo: '/account' },
    headers,
  });
  const { claims } = provider;
  provider.reset();
  const ended = await visit(new URL(String(begin.body['url'])).pathname + new URL(String(begin.body['url'])).search);
  const page = new URL(ended.headers.get('location') ?? '');
  const linkProof = new URLSearchParams(page.hash.slice(1)).get('linkProof');
  const linked = await browser.rest('/v1/me/identities', { input: { linkProof }, headers });
  expect(linked).toMatchObject({ status: 200, body: { email: provider.claims['email'] } });
  expect(provider.claims).not.toEqual(claims);
  expect((await browser.rest('/v1/me/identities', { method: 'GET' })).body['items']).toHaveLength(2);
});
