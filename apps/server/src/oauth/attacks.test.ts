import { type TestRuntime, withProviders } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { Events, type MutableToken } from 'oauth2-mock-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { comeBack, LocalProvider, problemOf } from '../../test/local-provider.ts';
import { logIn, registerPerson, send } from '../../test/people.ts';
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

const leave = (query?: string) => provider.leave(app, query);
const signIn = async () => comeBack(app, await leave());
const state = () =>
  querySql(
    runtime.databaseUrl,
    'select (select count(*) from users) users, (select count(*) from identities) identities, (select count(*) from sessions) sessions',
  );
const STATE = { status: 400, code: 'oauth_state_invalid' };
const CODE = { status: 400, code: 'oauth_code_invalid' };

/** The attempt is refused as `expected`, and opens and makes nothing. */
async function refused(attempt: () => Promise<Response>, expected: { status: number; code: string }): Promise<void> {
  const before = await state();
  expect(await problemOf(await attempt())).toEqual(expected);
  expect(await state()).toEqual(before);
}

describe('the state', () => {
  test("of another browser's sign-in is refused", () =>
    refused(async () => {
      const [mine, theirs] = [await leave(), await leave()];
      return comeBack(app, { callback: theirs.callback, cookie: mine.cookie });
    }, STATE));

  test('is refused in a browser that began nothing', () =>
    refused(async () => comeBack(app, { ...(await leave()), cookie: '' }), STATE));

  test.each([
    ['another', 'x'.repeat(43)],
    ['an empty', ''],
    ['no', undefined],
  ])('%s one is refused', (_name, value) =>
    refused(async () => {
      const left = await leave();
      left.callback.searchParams.delete('state');
      if (value !== undefined) left.callback.searchParams.set('state', value);
      return comeBack(app, left);
    }, STATE),
  );

  test('given twice is refused, whichever is right', () =>
    refused(
      async () => {
        const left = await leave();
        left.callback.searchParams.append('state', 'x'.repeat(43));
        return comeBack(app, left);
      },
      { status: 400, code: 'invalid_input' },
    ));

  test('is refused after ten minutes', async () => {
    await refused(async () => {
      const left = await leave();
      runtime.clock.advance(600);
      return comeBack(app, left);
    }, STATE);
    runtime.clock.set(new Date());
  });

  test('is spent once: the same address in the same browser is refused before the provider is asked', async () => {
    let redeemed = 0;
    service.on(Events.BeforeResponse, () => {
      redeemed += 1;
    });
    const left = await leave();
    expect((await comeBack(app, left)).status).toBe(200);
    await refused(() => comeBack(app, left), STATE);
    expect(redeemed).toBe(1);
  });

  test('is spent by a sign-in that failed as well', async () => {
    provider.claims['email_verified'] = false;
    const left = await leave();
    expect((await comeBack(app, left)).status).toBe(403);
    provider.claims['email_verified'] = true;
    await refused(() => comeBack(app, left), STATE);
  });

  test('presented twenty times at once opens one session', async () => {
    const left = await leave();
    const responses = await Promise.all(Array.from({ length: 20 }, () => comeBack(app, left)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    const [user] = await querySql<{ sessions: string }>(
      runtime.databaseUrl,
      'select count(*) sessions from sessions join users on users.id = user_id where email = $1',
      [provider.claims['email']],
    );
    expect(user?.sessions).toBe('1');
  });

  test.each([
    ['forged at its end', (cookie: string) => `${cookie.slice(0, -4)}AAAA`],
    ['forged at its beginning', (cookie: string) => cookie.replace('=', '=AAAA')],
    ['cut', (cookie: string) => cookie.slice(0, cookie.length / 2)],
    ['empty', (cookie: string) => cookie.replace(/=.*/, '=')],
    ['named after another provider', (cookie: string) => cookie.replace('-oidc=', '-google=')],
    ['that is no text', (cookie: string) => cookie.replace(/=.*/, '=..%00')],
  ])('with a cookie %s is refused', (_name, change) =>
    refused(async () => {
      const left = await leave();
      return comeBack(app, { ...left, cookie: change(left.cookie) });
    }, STATE),
  );

  test('with a cookie sealed by another store is refused', () =>
    refused(async () => {
      const config = { ...runtime.config, authSecret: 'a secret that another store has, 40 chars' };
      return comeBack(app, await provider.leave(createApp({ ...runtime, config })));
    }, STATE));
});

describe('PKCE', () => {
  test('is S256 even where the provider claims to know only plain, and the verifier stays with us', async () => {
    service.once(Events.BeforeWellKnownOpenIdConfiguration, (response) => {
      Object.assign(response.body, { code_challenge_methods_supported: ['plain'] });
    });
    const plain = createApp(withProviders(runtime, provider.settings));
    let verifier = '';
    service.once(Events.BeforeResponse, (_response, request) => {
      verifier = String((request as { body?: { code_verifier?: unknown } }).body?.code_verifier);
    });
    const left = await provider.leave(plain);
    expect(left.authorization.searchParams.get('code_challenge_method')).toBe('S256');
    expect((await comeBack(plain, left)).status).toBe(200);
    expect(verifier).toMatch(/^[\w-]{43}$/);
    expect(left.authorization.href + left.setCookie).not.toContain(verifier);
  });

  test.each<[string, (authorization: URL) => void]>([
    ['to plain', ({ searchParams }) => searchParams.set('code_challenge_method', 'plain')],
    ['to the default', ({ searchParams }) => searchParams.delete('code_challenge_method')],
    [
      'to nothing',
      ({ searchParams }) => ['code_challenge_method', 'code_challenge'].map((name) => searchParams.delete(name)),
    ],
    [
      "to somebody else's challenge",
      ({ searchParams }) => {
        searchParams.set('code_challenge', 'x'.repeat(43));
        searchParams.set('code_challenge_method', 'plain');
      },
    ],
  ])('turned down on the way, %s, is refused', (_name, change) =>
    refused(async () => comeBack(app, await provider.visit(await app.request('/auth/oidc'), change)), CODE),
  );
});

describe('the id token', () => {
  test.each<[string, object]>([
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['a list of nonces', { nonce: ['x'] }],
    ['another audience', { aud: 'somebody-else' }],
    ['several audiences and another authorized party', { aud: ['cartwright', 'somebody-else'], azp: 'somebody-else' }],
    ['another authorized party', { azp: 'somebody-else' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['an expiry in the past', { exp: 1 }],
    ['no expiry', { exp: undefined }],
    ['a beginning in the future', { nbf: 9_999_999_999 }],
    ['no subject', { sub: '' }],
    ['a subject that is no text', { sub: 7 }],
    ['an endless subject', { sub: 'x'.repeat(256) }],
  ])('with %s is refused', (_name, wrong) => {
    Object.assign(provider.claims, wrong);
    return refused(signIn, CODE);
  });

  test.each(['HS256', 'none', 'None', 'ES256'])('said to be signed with %s is refused', (alg) => {
    service.once(Events.BeforeResponse, (response) => {
      const token = String((response.body as Record<string, unknown>)['id_token']);
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      Object.assign(response.body, { id_token: token.replace(/^[^.]+/, header) });
    });
    return refused(signIn, CODE);
  });

  test('signed by a key of nobody is refused', () => {
    const stranger = new LocalProvider();
    return stranger.server.issuer.keys.generate('RS256').then(async () => {
      stranger.server.issuer.url = provider.issuer;
      const forged = await stranger.server.issuer.buildToken({
        scopesOrTransform: (_header, payload) => Object.assign(payload, provider.claims, { aud: 'cartwright' }),
      });
      service.once(Events.BeforeResponse, (response) => Object.assign(response.body, { id_token: forged }));
      return refused(signIn, CODE);
    });
  });

  test('of an earlier sign-in of the same person is refused: its nonce was spent', async () => {
    let earlier: unknown;
    service.once(Events.BeforeResponse, (response) => {
      earlier = (response.body as Record<string, unknown>)['id_token'];
    });
    expect((await signIn()).status).toBe(200);
    service.once(Events.BeforeResponse, (response) => Object.assign(response.body, { id_token: earlier }));
    await refused(signIn, CODE);
  });
});

describe('a code', () => {
  test.each(['invented', '', 'x'.repeat(5000)])('that was made up is refused', (code) =>
    refused(async () => {
      const left = await leave();
      left.callback.searchParams.set('code', code);
      return comeBack(app, left);
    }, CODE),
  );

  test("of somebody else's sign-in is refused in mine", () =>
    refused(async () => {
      const [mine, theirs] = [await leave(), await leave()];
      mine.callback.searchParams.set('code', theirs.callback.searchParams.get('code') ?? '');
      return comeBack(app, mine);
    }, CODE));

  test('that was used is refused in a new sign-in', async () => {
    const used = await leave();
    expect((await comeBack(app, used)).status).toBe(200);
    await refused(async () => {
      const again = await leave();
      again.callback.searchParams.set('code', used.callback.searchParams.get('code') ?? '');
      return comeBack(app, again);
    }, CODE);
  });

  test('of somebody else is refused even where the provider minds neither verifier nor reuse: the nonce is theirs', async () => {
    const [mine, theirs] = [await leave(), await leave()];
    const nonce = theirs.authorization.searchParams.get('nonce');
    service.on(Events.BeforeTokenSigning, ({ payload }: MutableToken) => {
      payload['nonce'] = nonce;
    });
    await refused(() => comeBack(app, mine), CODE);
  });

  test('given twice is refused', () =>
    refused(
      async () => {
        const left = await leave();
        left.callback.searchParams.append('code', 'another');
        return comeBack(app, left);
      },
      { status: 400, code: 'invalid_input' },
    ));
});

describe('a mix-up of providers', () => {
  test.each(['https://evil.example', '', 'HTTP://LOCALHOST', 'null'])('whose answer is from %o is refused', (iss) =>
    refused(async () => {
      const left = await leave();
      left.callback.searchParams.set('iss', iss);
      return comeBack(app, left);
    }, STATE),
  );

  test('that leaves out the issuer where the provider always names it is refused', async () => {
    service.once(Events.BeforeWellKnownOpenIdConfiguration, (response) => {
      Object.assign(response.body, { authorization_response_iss_parameter_supported: true });
    });
    const naming = createApp(withProviders(runtime, provider.settings));
    await refused(async () => comeBack(naming, await provider.leave(naming)), STATE);
    const named = await provider.leave(naming);
    named.callback.searchParams.set('iss', provider.issuer);
    expect((await comeBack(naming, named)).status).toBe(200);
  });

  test('a sign-in begun with one provider cannot be finished at another', async () => {
    const client = { clientId: 'cartwright', clientSecret: 'client-secret' };
    const other = { name: 'other', issuer: provider.issuer, ...client };
    const both = createApp(withProviders(runtime, { ...provider.settings, OIDC_PROVIDERS: JSON.stringify([other]) }));
    await refused(async () => {
      const left = await provider.leave(both);
      left.callback.pathname = '/auth/other/callback';
      const cookie = left.cookie.replace('-oidc=', '-other=');
      return comeBack(both, { callback: left.callback, cookie });
    }, STATE);
  });
});

describe('the address that the provider sends the browser back to', () => {
  const poisoned: [string, Record<string, string>][] = [
    ['Host', { host: 'evil.example' }],
    ['Host with a port', { host: 'localhost:8443' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
    ['X-Forwarded-Port', { 'x-forwarded-port': '444' }],
    ['X-Forwarded-Prefix', { 'x-forwarded-prefix': '/evil' }],
    ['Forwarded', { forwarded: 'host=evil.example;proto=https' }],
    ['X-Original-URL', { 'x-original-url': '/auth/evil' }],
    ['X-Rewrite-URL', { 'x-rewrite-url': '/auth/evil' }],
    ['Origin', { origin: 'https://evil.example' }],
    ['Referer', { referer: 'https://evil.example/' }],
  ];
  test.each(poisoned)('does not follow %s', async (_name, headers) => {
    const response = await app.request('/auth/oidc', { headers });
    const sent = new URL(response.headers.get('location') ?? '').searchParams.getAll('redirect_uri');
    expect(sent).toEqual(['http://localhost:3000/auth/oidc/callback']);
  });

  test.each([
    'redirect_uri=https://evil.example/',
    'redirect_uri=http://localhost:3000/auth/oidc/callback/../evil',
    'returnTo=https://evil.example/',
    'returnTo=//evil.example',
    'callback=https://evil.example',
    'response_mode=fragment',
  ])('does not follow ?%s', async (query) => {
    expect(await problemOf(await app.request(`/auth/oidc?${query}`))).toMatchObject({ status: 400 });
  });

  test.each([
    '/auth/oidc/callback/',
    '/auth/oidc/callback/x',
    '/auth/oidc/callback%2f',
    '/auth/oidc/callback;x',
    '/auth/oidc/callback%3f',
    '/auth/oidc/callback%00',
    '/auth/oidc/Callback',
    '/auth/OIDC/callback',
    '//auth/oidc/callback',
    '/auth//oidc/callback',
    '/auth/oidc/%2e%2e/oidc/callback%20',
  ])('is one: %s is not it', (path) =>
    refused(
      async () => {
        const left = await leave();
        return Promise.resolve(app.request(`${path}${left.callback.search}`, { headers: { cookie: left.cookie } }));
      },
      { status: 404, code: 'not_found' },
    ),
  );
});

describe('an account', () => {
  const identitiesOf = (userId: string) =>
    querySql(runtime.databaseUrl, 'select provider from identities where user_id = $1', [userId]);

  test.each([true, false])('with a password is not taken over by its address (verified: %s)', async (verified) => {
    const email = `owner-${verified}@example.com`;
    const owner = await registerPerson(app, runtime, { email, verified });
    Object.assign(provider.claims, { email: email.toUpperCase(), email_verified: true });
    await refused(signIn, { status: 409, code: 'account_exists' });
    expect(await identitiesOf(owner.id)).toEqual([]);
    expect(await logIn(app, email)).toMatchObject({ id: owner.id });
  });

  test('cannot be made ahead of its owner with an address that the provider has not verified', async () => {
    const victim = String(provider.claims['email']);
    for (const unverified of [false, 'false', null, undefined, 0, 'yes', 'TRUE', {}, []]) {
      Object.assign(provider.claims, { email_verified: unverified });
      await refused(signIn, { status: 403, code: 'email_not_verified' });
    }
    // The owner comes later, and nobody is there.
    const owner = await registerPerson(app, runtime, { email: victim });
    expect(await identitiesOf(owner.id)).toEqual([]);
  });

  test.each([
    ['spaces and capitals', (email: string) => ` ${email.toUpperCase()} `],
    ['no change', (email: string) => email],
  ])('of the same address written with %s is the same account', async (_name, write) => {
    const email = String(provider.claims['email']);
    const owner = await registerPerson(app, runtime, { email });
    Object.assign(provider.claims, { email: write(email) });
    await refused(signIn, { status: 409, code: 'account_exists' });
    expect(await identitiesOf(owner.id)).toEqual([]);
  });

  test('is opened by the subject, not by an address that has moved on to somebody else', async () => {
    const first = (await (await signIn()).json()) as { user: { id: string } };
    const { email } = provider.claims;
    provider.reset();
    Object.assign(provider.claims, { email });
    await refused(signIn, { status: 409, code: 'account_exists' });
    expect(first.user.id).toEqual(expect.any(String));
  });

  test('of the same subject at another issuer is another account', async () => {
    expect((await signIn()).status).toBe(200);
    const { url } = provider.server.issuer;
    const elsewhere = new LocalProvider();
    await elsewhere.start();
    try {
      elsewhere.reset();
      elsewhere.claims = provider.claims;
      const other = createApp(withProviders(runtime, elsewhere.settings));
      expect(elsewhere.issuer).not.toBe(url);
      await refused(async () => comeBack(other, await elsewhere.leave(other)), { status: 409, code: 'account_exists' });
    } finally {
      await elsewhere.stop();
    }
  });

  test('that is disabled stays closed', async () => {
    const { user } = (await (await signIn()).json()) as { user: { id: string } };
    await querySql(runtime.databaseUrl, "update users set status = 'disabled' where id = $1", [user.id]);
    await refused(signIn, { status: 403, code: 'account_disabled' });
  });

  test('none has an identity of an address that nobody has verified', async () => {
    const unverified = 'select 1 from identities join users on users.id = user_id where email_verified_at is null';
    expect(await querySql(runtime.databaseUrl, unverified)).toEqual([]);
    expect((await send(app, { method: 'GET', path: '/v1/me/identities' })).status).toBe(401);
  });
});
