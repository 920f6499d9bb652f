import { createServer } from 'node:http';
import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { Events, type MutableToken, OAuth2Server } from 'oauth2-mock-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';

const provider = new OAuth2Server();
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let claims: Record<string, unknown>;
let sequence = 0;

async function makeRuntime(env: Record<string, string> = {}): Promise<TestRuntime> {
  const issuer = provider.issuer.url ?? '';
  const oidc = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'cartwright', OIDC_CLIENT_SECRET: 'client-secret' };
  const made = await makeTestRuntime({ env: { ...oidc, ...env } });
  // The provider lives in real time.
  made.clock.set(new Date());
  return made;
}

beforeAll(async () => {
  await provider.issuer.keys.generate('RS256');
  await provider.start(undefined, 'localhost');
  runtime = await makeRuntime();
});
afterAll(async () => {
  await runtime.dispose();
  await provider.stop();
});
beforeEach(() => {
  app = createApp(runtime);
  sequence += 1;
  claims = { sub: `subject-${sequence}`, email: `person${sequence}@example.com`, email_verified: true, name: 'Ada' };
  provider.service.on(Events.BeforeTokenSigning, addClaims);
});
afterEach(() => {
  provider.service.removeAllListeners();
});

function addClaims(token: MutableToken): void {
  Object.assign(token.payload, claims);
}

/** Leaves for the provider, which sends the browser back at once. */
async function leave(from = app): Promise<{ callback: URL; cookie: string; authorization: URL; setCookie: string }> {
  const response = await from.request('/auth/oidc');
  expect(response.status).toBe(302);
  const authorization = new URL(response.headers.get('location') ?? '');
  const setCookie = response.headers.get('set-cookie') ?? '';
  const back = await fetch(authorization, { redirect: 'manual' });
  expect(back.status).toBe(302);
  const callback = new URL(back.headers.get('location') ?? '');
  return { callback, cookie: setCookie.split(';')[0] ?? '', authorization, setCookie };
}

const comeBack = (callback: URL, cookie: string, to = app) =>
  to.request(`${callback.pathname}${callback.search}`, { headers: { cookie } });

async function problemOf(response: Response): Promise<{ status: number; code: string }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, code };
}

const countUsers = () => querySql(runtime.databaseUrl, 'select count(*) from users');

describe('signing in through OpenID Connect', () => {
  test('leaves with state, nonce and an S256 challenge, bound to the browser by a cookie', async () => {
    const { authorization, setCookie, cookie } = await leave();
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
    expect(cookie).toMatch(/^cartwright-sign-in=[\w.-]+$/);
  });

  test('answers what a login does, and clears the cookie; the next time it is the same account', async () => {
    const { callback, cookie } = await leave();
    const response = await comeBack(callback, cookie);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toBe('cartwright-sign-in=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const answer = (await response.json()) as { user: { id: string }; accessToken: string };
    expect(answer).toEqual({
      user: {
        id: expect.any(String),
        email: claims['email'],
        name: 'Ada',
        emailVerified: true,
        roles: ['customer'],
        createdAt: runtime.clock.now().toISOString(),
      },
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 300,
    });
    expect(await runtime.accessTokens.verify(answer.accessToken)).toMatchObject({ userId: answer.user.id });

    const again = await leave();
    const second = (await (await comeBack(again.callback, again.cookie)).json()) as typeof answer;
    expect(second.user).toEqual(answer.user);
  });

  test('asks for the address at the userinfo endpoint when the id token leaves it out', async () => {
    const { sub, ...rest } = claims;
    claims = { sub };
    provider.service.once(Events.BeforeUserinfo, (response) => {
      response.body = { sub, ...rest };
    });
    const { callback, cookie } = await leave();
    const response = await comeBack(callback, cookie);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: { email: rest['email'], name: 'Ada' } });
  });

  test('believes nothing of a userinfo answer about somebody else', async () => {
    const { sub, ...rest } = claims;
    claims = { sub };
    provider.service.once(Events.BeforeUserinfo, (response) => {
      response.body = { ...rest, sub: 'somebody-else' };
    });
    const { callback, cookie } = await leave();
    expect(await problemOf(await comeBack(callback, cookie))).toEqual({ status: 403, code: 'email_not_verified' });
  });

  test('uses a __Host- cookie and Secure on https', async () => {
    const secure = await makeRuntime({ PUBLIC_URL: 'https://shop.example' });
    try {
      const { setCookie, callback, cookie } = await leave(createApp(secure));
      expect(setCookie).toMatch(
        /^__Host-cartwright-sign-in=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      );
      expect(callback.origin).toBe('https://shop.example');
      expect((await comeBack(callback, cookie, createApp(secure))).status).toBe(200);
    } finally {
      await secure.dispose();
    }
  });

  test('is not there when no provider is configured', async () => {
    const without = await makeTestRuntime();
    try {
      expect(await problemOf(await createApp(without).request('/auth/oidc'))).toMatchObject({ status: 404 });
      expect(await problemOf(await createApp(without).request('/auth/oidc/callback'))).toMatchObject({ status: 404 });
    } finally {
      await without.dispose();
    }
  });
});

describe('a sign-in that is not what it should be', () => {
  const refused: [string, { status: number; code: string }, () => Promise<Response>][] = [
    [
      'another browser',
      { status: 400, code: 'oauth_state_invalid' },
      async () => {
        const [mine, theirs] = [await leave(), await leave()];
        return comeBack(theirs.callback, mine.cookie);
      },
    ],
    [
      'no cookie',
      { status: 400, code: 'oauth_state_invalid' },
      async () => app.request((await leave()).callback.pathname),
    ],
    [
      'a forged cookie',
      { status: 400, code: 'oauth_state_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        return comeBack(callback, `${cookie.slice(0, -4)}AAAA`);
      },
    ],
    [
      'another state',
      { status: 400, code: 'oauth_state_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        callback.searchParams.set('state', 'x'.repeat(43));
        return comeBack(callback, cookie);
      },
    ],
    [
      'no state',
      { status: 400, code: 'oauth_state_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        callback.searchParams.delete('state');
        return comeBack(callback, cookie);
      },
    ],
    [
      'the answer of another issuer',
      { status: 400, code: 'oauth_state_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        callback.searchParams.set('iss', 'https://evil.example');
        return comeBack(callback, cookie);
      },
    ],
    [
      'ten minutes of hesitation',
      { status: 400, code: 'oauth_state_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        runtime.clock.advance(600);
        const response = await comeBack(callback, cookie);
        runtime.clock.set(new Date());
        return response;
      },
    ],
    [
      'a person who said no',
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        callback.searchParams.delete('code');
        callback.searchParams.set('error', 'access_denied');
        return comeBack(callback, cookie);
      },
    ],
    [
      'an invented code',
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        callback.searchParams.set('code', 'invented');
        return comeBack(callback, cookie);
      },
    ],
    [
      "somebody else's code",
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        const [mine, theirs] = [await leave(), await leave()];
        mine.callback.searchParams.set('code', theirs.callback.searchParams.get('code') ?? '');
        return comeBack(mine.callback, mine.cookie);
      },
    ],
    [
      'a code that was used',
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        const { callback, cookie } = await leave();
        claims['email_verified'] = false;
        expect((await comeBack(callback, cookie)).status).toBe(403);
        return comeBack(callback, cookie);
      },
    ],
    [
      'an unverified address',
      { status: 403, code: 'email_not_verified' },
      async () => {
        claims['email_verified'] = false;
        const { callback, cookie } = await leave();
        return comeBack(callback, cookie);
      },
    ],
    [
      'a proper OAuth error',
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        provider.service.once(Events.BeforeResponse, (response) => {
          response.statusCode = 400;
          response.body = { error: 'invalid_grant' };
        });
        const { callback, cookie } = await leave();
        return comeBack(callback, cookie);
      },
    ],
    [
      'a token endpoint that is broken',
      { status: 503, code: 'identity_provider_unavailable' },
      async () => {
        provider.service.once(Events.BeforeResponse, (response) => {
          response.statusCode = 500;
        });
        const { callback, cookie } = await leave();
        return comeBack(callback, cookie);
      },
    ],
    [
      'no id token',
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        provider.service.once(Events.BeforeResponse, (response) => {
          response.body = { access_token: 'x', token_type: 'Bearer' };
        });
        const { callback, cookie } = await leave();
        return comeBack(callback, cookie);
      },
    ],
    ...(
      [
        ['another nonce', { nonce: 'another' }],
        ['no nonce', { nonce: undefined }],
        ['another audience', { aud: 'somebody-else' }],
        ['another authorized party', { azp: 'somebody-else' }],
        ['another issuer', { iss: 'https://evil.example' }],
        ['an expiry in the past', { exp: 1 }],
        ['no expiry', { exp: undefined }],
        ['no subject', { sub: '' }],
        ['an endless subject', { sub: 'x'.repeat(256) }],
      ] as [string, object][]
    ).map(([name, wrong]): (typeof refused)[number] => [
      `an id token with ${name}`,
      { status: 400, code: 'oauth_code_invalid' },
      async () => {
        Object.assign(claims, wrong);
        const { callback, cookie } = await leave();
        return comeBack(callback, cookie);
      },
    ]),
  ];

  test.each(refused)('%s is refused and makes no account', async (_name, expected, attempt) => {
    const before = await countUsers();
    expect(await problemOf(await attempt())).toEqual(expected);
    expect(await countUsers()).toEqual(before);
  });

  test('an id token signed with a shared secret or by nobody is refused', async () => {
    for (const alg of ['HS256', 'none']) {
      provider.service.once(Events.BeforeResponse, (response) => {
        const token = String((response.body as Record<string, unknown>)['id_token']);
        const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
        Object.assign(response.body, { id_token: token.replace(/^[^.]+/, header) });
      });
      const { callback, cookie } = await leave();
      expect(await problemOf(await comeBack(callback, cookie))).toEqual({ status: 400, code: 'oauth_code_invalid' });
    }
  });

  test('an address that has an account is not taken over', async () => {
    const register = { email: claims['email'], password: 'correct horse battery staple' };
    await app.request('/v1/auth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(register),
    });
    const { callback, cookie } = await leave();
    expect(await problemOf(await comeBack(callback, cookie))).toEqual({ status: 409, code: 'account_exists' });
    expect(await querySql(runtime.databaseUrl, 'select * from identities where subject = $1', [claims['sub']])).toEqual(
      [],
    );
  });
});

describe('a provider that is not well', () => {
  /** A server whose discovery document is `document`, or none. */
  async function brokenProvider(document: (url: string) => object | undefined): Promise<{ url: string; stop(): void }> {
    const server = createServer((_request, response) => {
      const body = document(url);
      response.writeHead(body ? 200 : 500, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    return { url, stop: () => server.close() };
  }

  const endpoints = (url: string) => ({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
  });

  test.each([
    ['answers with an error', () => undefined],
    ['answers something else', () => ({ hello: 'world' })],
    ['calls itself by another name', (url: string) => ({ ...endpoints(url), issuer: 'https://evil.example' })],
    ['names an endpoint that is no address', (url: string) => ({ ...endpoints(url), token_endpoint: 'file:///etc' })],
  ])('and %s is 503', async (_name, document) => {
    const broken = await brokenProvider(document);
    const config = { ...runtime.config, oidc: { issuer: broken.url, clientId: 'a', clientSecret: 'b' } };
    try {
      const response = await createApp({ ...runtime, config }).request('/auth/oidc');
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await problemOf(response)).toEqual({ status: 503, code: 'identity_provider_unavailable' });
    } finally {
      broken.stop();
    }
  });

  test('and cannot be reached is 503, until it can be', async () => {
    let well = false;
    const broken = await brokenProvider((url) => (well ? endpoints(url) : undefined));
    const config = { ...runtime.config, oidc: { issuer: broken.url, clientId: 'a', clientSecret: 'b' } };
    const flaky = createApp({ ...runtime, config });
    try {
      expect((await flaky.request('/auth/oidc')).status).toBe(503);
      well = true;
      expect((await flaky.request('/auth/oidc')).status).toBe(302);
    } finally {
      broken.stop();
    }
  });

  test('and keeps its keys to itself is 503', async () => {
    const url = provider.issuer.url ?? '';
    provider.service.once(Events.BeforeWellKnownOpenIdConfiguration, (response) => {
      Object.assign(response.body, { jwks_uri: `${url}/nowhere` });
    });
    const keyless = createApp(runtime);
    const { callback, cookie } = await leave(keyless);
    const response = await comeBack(callback, cookie, keyless);
    expect(await problemOf(response)).toEqual({ status: 503, code: 'identity_provider_unavailable' });
  });
});
