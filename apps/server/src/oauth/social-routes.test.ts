import { createServer } from 'node:http';
import { makeTestRuntime, type TestRuntime, withProviders } from '@cartwright/api/testing';
import { Events } from 'oauth2-mock-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { comeBack, LocalProvider, problemOf } from '../../test/local-provider.ts';
import { createApp } from '../app.ts';

const provider = new LocalProvider();
const { service } = provider.server;
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  await provider.start();
  runtime = await provider.runtime();
});
afterAll(async () => {
  await runtime.dispose();
  await provider.stop();
});
beforeEach(() => {
  app = createApp(runtime);
  provider.reset();
});

const signIn = async (to = app) => comeBack(to, await provider.leave(to));

describe('signing in through OpenID Connect', () => {
  test('leaves with state, nonce and an S256 challenge, bound to the browser by a cookie', async () => {
    const { authorization, setCookie, cookie } = await provider.leave(app);
    expect(Object.fromEntries(authorization.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'cartwright',
      redirect_uri: 'http://localhost:3000/auth/oidc/callback',
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(setCookie.slice(cookie.length)).toBe('; Max-Age=600; Path=/; HttpOnly; SameSite=Lax');
    expect(cookie).toMatch(/^cartwright-sign-in-oidc=[\w.-]{1,1000}$/);
  });

  test('answers what a login does, and clears the cookie; the next time it is the same account', async () => {
    const response = await signIn();
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBe(
      'cartwright-sign-in-oidc=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    const answer = (await response.json()) as { user: { id: string }; accessToken: string };
    expect(answer).toMatchObject({
      user: {
        id: expect.any(String),
        email: provider.claims['email'],
        name: 'Ada',
        roles: ['customer'],
        createdAt: runtime.clock.now().toISOString(),
      },
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 300,
    });
    expect(await runtime.accessTokens.verify(answer.accessToken)).toMatchObject({ userId: answer.user.id });
    expect(await (await signIn()).json()).toMatchObject({ user: answer.user });
  });

  test('asks for the address at the userinfo endpoint when the id token leaves it out', async () => {
    const { sub, ...rest } = provider.claims;
    provider.claims = { sub };
    service.once(Events.BeforeUserinfo, (response) => {
      response.body = { sub, ...rest };
    });
    const response = await signIn();
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { email: rest['email'], name: 'Ada' } });
  });

  test('believes nothing of a userinfo answer about somebody else', async () => {
    const { sub, ...rest } = provider.claims;
    provider.claims = { sub };
    service.once(Events.BeforeUserinfo, (response) => {
      response.body = { ...rest, sub: 'somebody-else' };
    });
    expect(await problemOf(await signIn())).toEqual({ status: 403, code: 'email_not_verified' });
  });

  test('uses a __Host- cookie and Secure on https', async () => {
    const secure = createApp(withProviders(runtime, { ...provider.settings, PUBLIC_URL: 'https://shop.example' }));
    const left = await provider.leave(secure);
    expect(left.setCookie).toMatch(
      /^__Host-cartwright-sign-in-oidc=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(left.callback.origin).toBe('https://shop.example');
    expect((await comeBack(secure, left)).status).toBe(200);
  });

  test('with several providers, each has its own path, cookie and people', async () => {
    const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = provider.settings;
    const others = JSON.stringify([{ name: 'staff-login', issuer, clientId, clientSecret }]);
    const both = createApp(withProviders(runtime, { OIDC_PROVIDERS: others }));
    expect((await both.request('/auth/oidc')).status).toBe(404);
    const left = await provider.visit(await both.request('/auth/staff-login'));
    expect(left.callback.pathname).toBe('/auth/staff-login/callback');
    expect(left.cookie).toMatch(/^cartwright-sign-in-staff-login=/);
    expect((await comeBack(both, left)).status).toBe(200);
  });

  test('is not there when no provider is configured', async () => {
    const without = createApp(withProviders(runtime, {}));
    for (const path of ['/auth/oidc', '/auth/oidc/callback', '/auth/google', '/auth/', '/auth']) {
      expect(await problemOf(await without.request(path))).toEqual({ status: 404, code: 'not_found' });
    }
    expect(await (await without.request('/v1/auth/providers')).json()).toEqual({ items: [] });
  });

  test('is offered by name and address', async () => {
    expect(await (await app.request('/v1/auth/providers')).json()).toEqual({
      items: [{ name: 'oidc', url: 'http://localhost:3000/auth/oidc' }],
    });
  });

  test.each([
    ['POST', '/auth/oidc', 'GET'],
    ['DELETE', '/auth/oidc', 'GET'],
    ['POST', '/auth/oidc/callback', 'GET'],
    ['PUT', '/auth/oidc/callback', 'GET'],
  ])('%s %s is refused with what is allowed', async (method, path, allow) => {
    const response = await app.request(path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await problemOf(response)).toEqual({ status: 405, code: 'method_not_allowed' });
  });

  test.each([['redirect_uri=https://evil.example/'], ['link=x&link=y'], ['state=x']])(
    'a beginning with ?%s is refused',
    async (query) => {
      expect(await problemOf(await app.request(`/auth/oidc?${query}`))).toEqual({ status: 400, code: 'invalid_input' });
    },
  );

  test('takes from the allowance of log-ins', async () => {
    const limited = await makeTestRuntime({ env: { ...provider.settings, LIMIT_AUTH_PER_MINUTE: '2' } });
    try {
      const few = createApp(limited);
      expect((await few.request('/auth/oidc')).status).toBe(302);
      expect((await few.request('/auth/oidc/callback')).status).toBe(400);
      expect(await problemOf(await few.request('/auth/oidc'))).toEqual({ status: 429, code: 'rate_limited' });
      expect(await problemOf(await few.request('/auth/oidc/callback'))).toEqual({ status: 429, code: 'rate_limited' });
    } finally {
      await limited.dispose();
    }
  });
});

describe('a person who comes back without a code', () => {
  test.each([
    ['access_denied', 403, 'oauth_denied'],
    ['server_error', 503, 'identity_provider_unavailable'],
    ['temporarily_unavailable', 503, 'identity_provider_unavailable'],
    ['invalid_scope', 400, 'oauth_code_invalid'],
    ['<script>', 400, 'oauth_code_invalid'],
    ['', 400, 'oauth_code_invalid'],
  ])('because of %s', async (error, status, code) => {
    const left = await provider.leave(app);
    left.callback.searchParams.delete('code');
    left.callback.searchParams.set('error', error);
    left.callback.searchParams.set('error_description', '<script>alert(1)</script>');
    const response = await comeBack(app, left);
    expect(await response.clone().text()).not.toContain('script');
    expect(await problemOf(response)).toEqual({ status, code });
  });

  test('because there is none', async () => {
    for (const code of [undefined, '']) {
      const left = await provider.leave(app);
      left.callback.searchParams.delete('code');
      if (code !== undefined) left.callback.searchParams.set('code', code);
      expect(await problemOf(await comeBack(app, left))).toEqual({ status: 400, code: 'oauth_code_invalid' });
    }
  });
});

describe('a provider that is not well', () => {
  /** The app with a provider whose every answer is what `answers` says. */
  async function brokenProvider(answers: (url: string) => { status?: number; body: string }) {
    const server = createServer((_request, response) => {
      const { status = 200, body } = answers(url);
      response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' }).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const settings = { OIDC_ISSUER: url, OIDC_CLIENT_ID: 'cartwright', OIDC_CLIENT_SECRET: 'secret' };
    return { app: createApp(withProviders(runtime, settings)), stop: () => server.close() };
  }

  const endpoints = (url: string) => ({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
  });

  test.each<[string, (url: string) => { status?: number; body: string }]>([
    ['answers with an error', () => ({ status: 500, body: '{}' })],
    ['answers no JSON', () => ({ body: '<html>' })],
    ['answers something else', () => ({ body: '{"hello":"world"}' })],
    [
      'calls itself by another name',
      (url) => ({ body: JSON.stringify({ ...endpoints(url), issuer: 'https://evil.example' }) }),
    ],
    [
      'names an endpoint that is no address',
      (url) => ({ body: JSON.stringify({ ...endpoints(url), token_endpoint: 'file:///etc' }) }),
    ],
    ['sends elsewhere', (url) => ({ status: 302, body: JSON.stringify(endpoints(url)) })],
  ])('and %s is 503', async (_name, answers) => {
    const broken = await brokenProvider(answers);
    try {
      const response = await broken.app.request('/auth/oidc');
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await problemOf(response)).toEqual({ status: 503, code: 'identity_provider_unavailable' });
    } finally {
      broken.stop();
    }
  });

  test('and cannot be reached is 503, until it can be', async () => {
    let well = false;
    const broken = await brokenProvider((url) =>
      well ? { body: JSON.stringify(endpoints(url)) } : { status: 500, body: '' },
    );
    try {
      expect((await broken.app.request('/auth/oidc')).status).toBe(503);
      well = true;
      expect((await broken.app.request('/auth/oidc')).status).toBe(302);
    } finally {
      broken.stop();
    }
  });

  test('and keeps its keys to itself is 503', async () => {
    service.once(Events.BeforeWellKnownOpenIdConfiguration, (response) => {
      Object.assign(response.body, { jwks_uri: `${provider.issuer}/nowhere` });
    });
    const keyless = createApp(withProviders(runtime, provider.settings));
    expect(await problemOf(await signIn(keyless))).toEqual({ status: 503, code: 'identity_provider_unavailable' });
  });

  test.each<[string, number, { status: number; body: Record<string, unknown> | '' }]>([
    ['refuses the code properly', 400, { status: 400, body: { error: 'invalid_grant' } }],
    ['refuses the store', 400, { status: 401, body: { error: 'invalid_client' } }],
    ['refuses in words of its own', 400, { status: 400, body: { message: 'no' } }],
    ['gives no id token', 400, { status: 200, body: { access_token: 'x', token_type: 'Bearer' } }],
    ['gives no access token', 400, { status: 200, body: { token_type: 'Bearer' } }],
    ['gives tokens of a wrong type', 400, { status: 200, body: { access_token: 1, id_token: {} } }],
    ['gives an id token that is none', 400, { status: 200, body: { access_token: 'x', id_token: 'y' } }],
    ['has no such endpoint', 503, { status: 404, body: {} }],
    ['is too busy', 503, { status: 429, body: {} }],
    ['is broken', 503, { status: 500, body: {} }],
    ['says nothing', 503, { status: 200, body: '' }],
  ])('and its token endpoint %s is %i', async (_name, status, { status: statusCode, body }) => {
    service.once(Events.BeforeResponse, (response) => Object.assign(response, { statusCode, body }));
    const code = status === 400 ? 'oauth_code_invalid' : 'identity_provider_unavailable';
    expect(await problemOf(await signIn())).toEqual({ status, code });
  });
});
