import { createHash, createHmac } from 'node:crypto';
import { makeTestRuntime, type TestRuntime, withProviders } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { problemOf } from '../../test/local-provider.ts';
import { json, NAMED_SETTINGS, NamedProviders } from '../../test/named-providers.ts';
import { createApp } from '../app.ts';

const TENANT = 'fabf6c5a-63c1-4f4b-8f0e-0f7b8c1d2e3f';
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

const world = new NamedProviders();
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let sequence = 0;

beforeAll(async () => {
  await world.start();
  runtime = await makeTestRuntime({ env: NAMED_SETTINGS });
  // The tokens are made in real time.
  runtime.clock.set(new Date());
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await runtime.dispose();
});
beforeEach(() => {
  world.reset();
  // Keys are remembered by a provider, so each test has providers of its own.
  app = createApp(withProviders(runtime, NAMED_SETTINGS));
  sequence += 1;
});

interface Left {
  parameters: Record<string, string>;
  authorization: URL;
  setCookie: string;
  cookie: string;
}

async function leave(name: string, to = app, query = ''): Promise<Left> {
  const response = await to.request(`/auth/${name}${query}`);
  expect(response.status).toBe(302);
  const authorization = new URL(response.headers.get('location') ?? '');
  const setCookie = response.headers.get('set-cookie') ?? '';
  const parameters = Object.fromEntries(authorization.searchParams);
  return { parameters, authorization, setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

const comeBack = (
  name: string,
  { cookie, parameters }: Left,
  more: Record<string, string> = { code: 'the-code' },
  to = app,
) =>
  to.request(`/auth/${name}/callback?${new URLSearchParams({ state: parameters['state'] ?? '', ...more })}`, {
    headers: { cookie },
  });

const post = ({ cookie, parameters }: Left, more: Record<string, string> = { code: 'the-code' }) =>
  app.request('/auth/apple/callback', {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'https://appleid.apple.com' },
    body: new URLSearchParams({ state: parameters['state'] ?? '', ...more }).toString(),
  });

const accountOf = async (response: Response) => {
  const { user } = (await response.json()) as { user: { id: string; email: string; name: string | null } };
  return { email: user.email, name: user.name };
};
const identities = () => querySql(runtime.databaseUrl, 'select count(*) from identities');
const subjects = (provider: string) =>
  querySql<{ subject: string }>(
    runtime.databaseUrl,
    'select subject from identities where provider = $1 order by created_at desc, id desc limit 1',
    [provider],
  );
const UNVERIFIED = { status: 403, code: 'email_not_verified' };
const NOT_CONFIRMED = { status: 400, code: 'oauth_code_invalid' };
const DOWN = { status: 503, code: 'identity_provider_unavailable' };

async function refused(attempt: () => Response | Promise<Response>, expected: { status: number; code: string }) {
  const before = await identities();
  expect(await problemOf(await attempt())).toEqual(expected);
  expect(await identities()).toEqual(before);
}

const challengeOf = (verifier: string | null) =>
  createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');

test('all of them are offered', async () => {
  const response = await app.request('/v1/auth/providers');
  const { items } = (await response.json()) as { items: { name: string; url: string }[] };
  expect(items.map(({ name }) => name)).toEqual(['google', 'github', 'microsoft', 'apple', 'facebook']);
  expect(items[0]?.url).toBe('https://shop.example/auth/google');
});

describe('Google', () => {
  const claims = (left: Left, more: object = {}) => ({
    iss: 'https://accounts.google.com',
    azp: NAMED_SETTINGS['GOOGLE_CLIENT_ID'],
    aud: NAMED_SETTINGS['GOOGLE_CLIENT_ID'],
    sub: `1101694844743862763${sequence}`,
    email: `ada${sequence}@gmail.com`,
    email_verified: true,
    at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    nonce: left.parameters['nonce'],
    name: 'Ada Lovelace',
    picture: 'https://lh3.googleusercontent.com/a/x=s96-c',
    given_name: 'Ada',
    family_name: 'Lovelace',
    ...more,
  });

  async function signIn(more: object = {}): Promise<Response> {
    const left = await leave('google');
    world.answers.set('GET https://www.googleapis.com/oauth2/v3/certs', world.keys());
    world.answers.set('POST https://oauth2.googleapis.com/token', async () =>
      json({
        access_token: 'ya29.a0AfH6SMB',
        expires_in: 3599,
        scope: 'openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile',
        token_type: 'Bearer',
        id_token: await world.idToken(claims(left, more)),
      }),
    );
    return comeBack('google', left, {
      code: '4/0AfJohXn',
      scope: 'email profile openid',
      authuser: '0',
      prompt: 'consent',
      iss: 'https://accounts.google.com',
    });
  }

  test('is asked with PKCE and nonce, and makes the account', async () => {
    const { authorization, parameters, setCookie } = await leave('google');
    expect(`${authorization.origin}${authorization.pathname}`).toBe('https://accounts.google.com/o/oauth2/v2/auth');
    expect(parameters).toMatchObject({
      response_type: 'code',
      client_id: NAMED_SETTINGS['GOOGLE_CLIENT_ID'],
      redirect_uri: 'https://shop.example/auth/google/callback',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(setCookie).toMatch(/^__Host-cartwright-sign-in-google=[\w.-]+; .*SameSite=Lax; Secure$/);
    const response = await signIn();
    expect(await accountOf(response)).toEqual({ email: `ada${sequence}@gmail.com`, name: 'Ada Lovelace' });
    const token = world.asked.find(({ url }) => url.host === 'oauth2.googleapis.com');
    expect(token?.form.get('redirect_uri')).toBe('https://shop.example/auth/google/callback');
    expect(token?.form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(await subjects('google')).toEqual([{ subject: `1101694844743862763${sequence}` }]);
  });

  test('answers for addresses of organizations that it hosts', async () => {
    const email = `ada${sequence}@analytical.example`;
    expect(await accountOf(await signIn({ email, hd: 'analytical.example' }))).toMatchObject({ email });
  });

  test.each([
    ['an address elsewhere, which may have changed hands', { email: 'ada@yahoo.example' }],
    ['an address that only looks like its own', { email: 'ada@gmail.com.evil.example' }],
    ['an address of its own that is not verified', { email_verified: false }],
    ['a hosted address that is not verified', { email: 'ada@corp.example', hd: 'corp.example', email_verified: 'no' }],
    ['no address', { email: undefined }],
  ])('does not answer for %s', (_name, more) => refused(() => signIn(more), UNVERIFIED));

  test.each([
    ['another issuer', { iss: 'https://accounts.google.com.evil.example' }],
    ['another nonce', { nonce: 'x' }],
    ['another store', { aud: 'somebody-else', azp: 'somebody-else' }],
  ])('is not believed with a token of %s', (_name, more) => refused(() => signIn(more), NOT_CONFIRMED));

  test('is told from another issuer that answers in its place', async () => {
    const left = await leave('google');
    const answer = { code: 'x', iss: 'https://appleid.apple.com' };
    await refused(() => comeBack('google', left, answer), { status: 400, code: 'oauth_state_invalid' });
    expect(world.asked).toEqual([]);
  });

  test('refuses a code', async () => {
    const left = await leave('google');
    world.answers.set('POST https://oauth2.googleapis.com/token', () =>
      json({ error: 'invalid_grant', error_description: 'Malformed auth code.' }, 400),
    );
    await refused(() => comeBack('google', left), NOT_CONFIRMED);
  });

  test('is down', async () => {
    const left = await leave('google');
    await refused(() => comeBack('google', left), DOWN);
  });
});

describe('GitHub', () => {
  const USER = {
    login: 'octocat',
    id: 583231,
    node_id: 'MDQ6VXNlcjU4MzIzMQ==',
    avatar_url: 'https://avatars.githubusercontent.com/u/583231?v=4',
    type: 'User',
    site_admin: false,
    name: 'The Octocat',
    email: 'public@elsewhere.example',
  };
  const address = (email: string, more: object = {}) => ({
    email,
    primary: false,
    verified: true,
    visibility: null,
    ...more,
  });

  async function signIn(answers: { token?: Response; user?: unknown; emails?: unknown } = {}): Promise<Response> {
    const primary = address(`octocat${sequence}@github.example`, { primary: true, visibility: 'private' });
    const { token, user = { ...USER, id: sequence }, emails = [address('other@github.example'), primary] } = answers;
    const left = await leave('github');
    world.answers.set(
      'POST https://github.com/login/oauth/access_token',
      () =>
        token ??
        json({ access_token: 'gho_16C7e42F292c6912E7710c838347Ae178B4a', scope: 'user:email', token_type: 'bearer' }),
    );
    world.answers.set('GET https://api.github.com/user', () => json(user));
    world.answers.set('GET https://api.github.com/user/emails', () => json(emails));
    return comeBack('github', left);
  }

  test('is asked with PKCE, then its API for the primary address', async () => {
    const { authorization, parameters } = await leave('github');
    expect(`${authorization.origin}${authorization.pathname}`).toBe('https://github.com/login/oauth/authorize');
    expect(parameters).toMatchObject({ scope: 'user:email', code_challenge_method: 'S256' });
    const response = await signIn();
    expect(await accountOf(response)).toEqual({ email: `octocat${sequence}@github.example`, name: 'The Octocat' });
    expect(await subjects('github')).toEqual([{ subject: String(sequence) }]);
    const asked = world.asked.filter(({ url }) => url.host === 'api.github.com');
    expect(asked.map(({ url }) => url.pathname).sort()).toEqual(['/user', '/user/emails']);
    for (const { headers } of asked) {
      expect(headers.get('authorization')).toBe('Bearer gho_16C7e42F292c6912E7710c838347Ae178B4a');
      expect(headers.get('user-agent')).toBe('cartwright');
    }
  });

  test('is given the verifier of its challenge', async () => {
    const left = await leave('github');
    await comeBack('github', left);
    expect(challengeOf(world.asked[0]?.form.get('code_verifier') ?? null)).toBe(left.parameters['code_challenge']);
  });

  test.each([
    [
      'whose primary address is not verified',
      [address('a@github.example', { primary: true, verified: false }), address('b@github.example')],
    ],
    ['without a primary address', [address('a@github.example')]],
    ['without addresses', []],
  ])('does not answer for a person %s', (_name, emails) => refused(() => signIn({ emails }), UNVERIFIED));

  test('refuses a code with status 200', () =>
    refused(
      () =>
        signIn({
          token: json({ error: 'bad_verification_code', error_description: 'The code is incorrect or expired.' }),
        }),
      NOT_CONFIRMED,
    ));

  test.each([
    ['a person', { user: { message: 'Bad credentials' } }],
    ['a person of another kind', { user: { ...USER, id: '583231' } }],
    ['addresses', { emails: { message: 'Not Found' } }],
  ])('that answers something else than %s is not well', (_name, answers) => refused(() => signIn(answers), DOWN));
});

describe('Microsoft', () => {
  const KEYS = 'GET https://login.microsoftonline.com/common/discovery/v2.0/keys';
  const TEMPLATE = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' };

  async function signIn(
    more: Record<string, unknown> = {},
    options: { tenant?: string; key?: object } = {},
  ): Promise<Response> {
    const { tenant = 'common', key = TEMPLATE } = options;
    const to = createApp(withProviders(runtime, { ...NAMED_SETTINGS, MICROSOFT_TENANT: tenant }));
    const left = await leave('microsoft', to);
    const host = 'https://login.microsoftonline.com';
    world.answers.set(KEYS.replace('common', tenant), world.keys(key));
    world.answers.set(`POST ${host}/${tenant}/oauth2/v2.0/token`, async () =>
      json({
        token_type: 'Bearer',
        scope: 'openid profile email',
        expires_in: 3599,
        ext_expires_in: 3599,
        access_token: 'EwB4A8l6BAAU',
        id_token: await world.idToken({
          aud: NAMED_SETTINGS['MICROSOFT_CLIENT_ID'],
          iss: `${host}/${more['tid'] ?? TENANT}/v2.0`,
          email: `ada${sequence}@contoso.example`,
          name: 'Ada Lovelace',
          nonce: left.parameters['nonce'],
          oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
          preferred_username: `ada${sequence}@contoso.example`,
          rh: '0.AX0A',
          sub: `HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfK${sequence}`,
          tid: TENANT,
          uti: 'fqiBqXLPj0eQa82S-IYFAA',
          ver: '2.0',
          xms_edov: true,
          ...more,
        }),
      }),
    );
    return comeBack('microsoft', left, { code: 'M.C507_BAY.2.U', session_state: 'x' }, to);
  }

  test('is asked with PKCE and nonce, and makes the account of a verified domain', async () => {
    const { authorization, parameters } = await leave('microsoft');
    expect(`${authorization.origin}${authorization.pathname}`).toBe(
      'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    );
    expect(parameters).toMatchObject({
      code_challenge_method: 'S256',
      nonce: expect.any(String),
      scope: 'openid email profile',
    });
    expect(await accountOf(await signIn())).toEqual({ email: `ada${sequence}@contoso.example`, name: 'Ada Lovelace' });
    const [identity] = await subjects('microsoft');
    expect(identity?.subject).toMatch(new RegExp(`^${TENANT}/HKZpf`));
  });

  test.each([1, '1', 'true'])('is believed with xms_edov written as %o', async (xms_edov) => {
    expect((await signIn({ xms_edov })).status).toBe(200);
  });

  test.each([
    ['without xms_edov', { xms_edov: undefined }],
    ['with xms_edov false', { xms_edov: false }],
    ['with xms_edov 0', { xms_edov: '0' }],
    ['without xms_edov, though a directory says email_verified', { xms_edov: undefined, email_verified: true }],
    ['of a personal account without xms_edov', { tid: CONSUMERS, xms_edov: undefined }],
  ])('does not answer for an address %s: any directory may write any address', (_name, more) =>
    refused(() => signIn(more), UNVERIFIED),
  );

  test.each<[string, Record<string, unknown>, { tenant?: string; key?: object }?]>([
    ['says another directory than its issuer does', { iss: `https://login.microsoftonline.com/${CONSUMERS}/v2.0` }],
    ['is of another host', { iss: `https://login.microsoftonline.com.evil.example/${TENANT}/v2.0` }],
    ['has no directory', { tid: undefined }],
    ['has a directory that is none', { tid: '../x', iss: 'https://login.microsoftonline.com/../x/v2.0' }],
    ['is of a personal account where only organizations may sign in', { tid: CONSUMERS }, { tenant: 'organizations' }],
    ['is of an organization where only personal accounts may sign in', {}, { tenant: 'consumers' }],
    ['is of another directory than the only one', {}, { tenant: '11111111-2222-4333-8444-555555555555' }],
    [
      'is signed by a key of personal accounts',
      {},
      { key: { issuer: `https://login.microsoftonline.com/${CONSUMERS}/v2.0` } },
    ],
  ])('is not believed with a token that %s', (_name, more, options) =>
    refused(() => signIn(more, options), NOT_CONFIRMED),
  );

  test.each([
    ['organizations', {}],
    ['consumers', { tid: CONSUMERS }],
    [TENANT, {}],
  ])('for %s lets in whom it should', async (tenant, more) => {
    expect((await signIn(more, { tenant })).status).toBe(200);
  });

  test('refuses a code', async () => {
    const left = await leave('microsoft');
    world.answers.set('POST https://login.microsoftonline.com/common/oauth2/v2.0/token', () =>
      json(
        {
          error: 'invalid_grant',
          error_description: 'AADSTS70008: The provided authorization code or refresh token has expired.',
          error_codes: [70008],
          timestamp: '2026-03-01 12:00:00Z',
          trace_id: '255d1aef-8c98-452f-ac51-23d051240864',
          correlation_id: 'fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7',
        },
        400,
      ),
    );
    await refused(() => comeBack('microsoft', left), NOT_CONFIRMED);
  });
});

describe('Apple', () => {
  const USER = JSON.stringify({ name: { firstName: 'Ada', lastName: 'Lovelace' }, email: 'forged@evil.example' });

  async function signIn(
    more: object = {},
    form: Record<string, string> = { user: USER },
    query = '',
  ): Promise<Response> {
    const left = await leave('apple', app, query);
    world.answers.set('GET https://appleid.apple.com/auth/keys', world.keys());
    world.answers.set('POST https://appleid.apple.com/auth/token', async () =>
      json({
        access_token: 'a7d3b5c1.0.rsza.Qx',
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: 'r0c1.0.rsza.Yz',
        id_token: await world.idToken({
          iss: 'https://appleid.apple.com',
          aud: NAMED_SETTINGS['APPLE_CLIENT_ID'],
          sub: `000544.5e201aec537347aeb79d23cbc345170a.${1000 + sequence}`,
          nonce: left.parameters['nonce'],
          nonce_supported: true,
          email: `x${sequence}@privaterelay.appleid.com`,
          email_verified: 'true',
          is_private_email: 'true',
          at_hash: 'sOQEniPF5EBkeGjJCjDewA',
          auth_time: 1_700_000_000,
          ...more,
        }),
      }),
    );
    return post(left, { code: 'c60f0b1f6e0b44a3e9c0.0.rsza.AbC', ...form });
  }

  test('is asked for a form, which a cookie of every site comes with', async () => {
    const { authorization, parameters, setCookie } = await leave('apple');
    expect(`${authorization.origin}${authorization.pathname}`).toBe('https://appleid.apple.com/auth/authorize');
    expect(parameters).toMatchObject({
      response_mode: 'form_post',
      scope: 'name email',
      nonce: expect.any(String),
      redirect_uri: 'https://shop.example/auth/apple/callback',
    });
    expect(setCookie).toMatch(
      /^__Host-cartwright-sign-in-apple=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=None; Secure$/,
    );
  });

  test('makes the account, with the name that comes with the form the first time', async () => {
    const response = await signIn();
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-cartwright-sign-in-apple=; Max-Age=0; .*SameSite=None/);
    expect(await accountOf(response)).toEqual({ email: `x${sequence}@privaterelay.appleid.com`, name: 'Ada Lovelace' });
    const secret = world.asked.find(({ url }) => url.pathname === '/auth/token')?.form.get('client_secret') ?? '';
    const [header = '', payload = ''] = secret.split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(header)).toMatchObject({ alg: 'ES256', kid: NAMED_SETTINGS['APPLE_KEY_ID'] });
    expect(read(payload)).toMatchObject({
      iss: NAMED_SETTINGS['APPLE_TEAM_ID'],
      sub: NAMED_SETTINGS['APPLE_CLIENT_ID'],
    });
  });

  test.each(['', 'null', '[]', '{', '{"name":null}', '{"name":{"firstName":7}}', '{"name":{}}'])(
    'needs no name: %o',
    async (user) => {
      expect(await accountOf(await signIn({}, { user }))).toMatchObject({ name: null });
    },
  );

  test.each([
    ['another nonce', { nonce: 'x' }],
    ['no nonce', { nonce: undefined }],
    ['another issuer', { iss: 'https://account.apple.com' }],
    ['another store', { aud: 'example.evil.web' }],
  ])('is not believed with a token of %s', (_name, more) => refused(() => signIn(more), NOT_CONFIRMED));

  test('does not answer for an address that it has not verified', () =>
    refused(() => signIn({ email_verified: 'false' }), UNVERIFIED));

  test('sets the cookies of the session in answer to its form, too', async () => {
    const response = await signIn({}, { user: USER }, '?session=cookie&returnTo=/account');
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('https://shop.example/account');
    const names = response.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);
    expect(names).toEqual(['__Host-cartwright-sign-in-apple', '__Host-cartwright-access', '__Host-cartwright-refresh']);
  });

  test('is declined', async () => {
    const left = await leave('apple');
    await refused(() => post(left, { error: 'user_cancelled_authorize' }), { status: 403, code: 'oauth_denied' });
  });

  test('does not come back by GET, nor with anything but a form', async () => {
    const left = await leave('apple');
    const byGet = await comeBack('apple', left);
    expect(byGet.headers.get('allow')).toBe('POST');
    expect(await problemOf(byGet)).toEqual({ status: 405, code: 'method_not_allowed' });
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      const headers = { cookie: left.cookie, 'content-type': type };
      const body = new URLSearchParams({ state: left.parameters['state'] ?? '', code: 'x' }).toString();
      const response = await app.request('/auth/apple/callback', { method: 'POST', headers, body });
      expect(await problemOf(response)).toEqual({ status: 415, code: 'unsupported_media_type' });
    }
    const tooLarge = await post(left, { code: 'x'.repeat(1024 * 1024) });
    expect(await problemOf(tooLarge)).toEqual({ status: 413, code: 'payload_too_large' });
    expect(world.asked).toEqual([]);
  });

  test('is not believed from another browser, from a form of another site or twice', async () => {
    const [mine, theirs] = [await leave('apple'), await leave('apple')];
    const STATE = { status: 400, code: 'oauth_state_invalid' };
    await refused(() => post({ ...mine, cookie: theirs.cookie }), STATE);
    await refused(() => post({ ...mine, parameters: { state: 'guessed' } }), STATE);
    await refused(() => post({ ...mine, cookie: '' }), STATE);
    expect((await post(mine)).status).toBe(503);
    await refused(() => post(mine), STATE);
  });
});

describe('Facebook', () => {
  async function signIn(answers: { token?: Response; me?: unknown } = {}): Promise<Response> {
    const {
      token,
      me = { id: `1022334455667788${sequence}`, name: 'Ada Lovelace', email: `ada${sequence}@facebook.example` },
    } = answers;
    const left = await leave('facebook');
    world.answers.set(
      'POST https://graph.facebook.com/v16.0/oauth/access_token',
      () => token ?? json({ access_token: 'EAAGm0PX4ZCpsBA', token_type: 'bearer', expires_in: 5_183_944 }),
    );
    world.answers.set('GET https://graph.facebook.com/me', () => json(me));
    return comeBack('facebook', left);
  }

  test('is asked for the address, and proves that the store asks', async () => {
    const { authorization, parameters } = await leave('facebook');
    expect(authorization.host).toBe('www.facebook.com');
    expect(parameters).toMatchObject({ scope: 'email public_profile', state: expect.stringMatching(/^[\w-]{43}$/) });
    await signIn();
    const me = world.asked.find(({ url }) => url.pathname === '/me');
    expect(me?.headers.get('authorization')).toBe('Bearer EAAGm0PX4ZCpsBA');
    expect(me?.url.searchParams.get('appsecret_proof')).toBe(
      createHmac('sha256', 'facebook-secret').update('EAAGm0PX4ZCpsBA').digest('hex'),
    );
  });

  test('never says that an address is verified, so none makes an account', async () => {
    await refused(() => signIn(), UNVERIFIED);
    await refused(() => signIn({ me: { id: '1', name: 'Ada' } }), UNVERIFIED);
  });

  test('opens the account that it is linked to', async () => {
    const [user] = await querySql<{ id: string }>(
      runtime.databaseUrl,
      `insert into users (id, email, email_verified_at, created_at, updated_at)
       values (gen_random_uuid(), $1, now(), now(), now()) returning id`,
      [`linked${sequence}@example.com`],
    );
    await querySql(
      runtime.databaseUrl,
      "insert into identities (id, provider, subject, user_id, created_at) values (gen_random_uuid(), 'facebook', $1, $2, now())",
      [`1022334455667788${sequence}`, user?.id],
    );
    expect(await accountOf(await signIn())).toMatchObject({ email: `linked${sequence}@example.com` });
  });

  test('is declined', async () => {
    const left = await leave('facebook');
    const answer = {
      error: 'access_denied',
      error_code: '200',
      error_reason: 'user_denied',
      error_description: 'Permissions error',
    };
    await refused(() => comeBack('facebook', left, answer), { status: 403, code: 'oauth_denied' });
  });

  test('refuses a code in words of its own', () => {
    const error = {
      message: 'This authorization code has been used.',
      type: 'OAuthException',
      code: 100,
      error_subcode: 36009,
      fbtrace_id: 'AbCdEf',
    };
    return refused(() => signIn({ token: json({ error }, 400) }), NOT_CONFIRMED);
  });

  test.each([[{ error: { message: 'x' } }], [{ id: 7 }], [null]])(
    'that answers %j about the person is not well',
    (me) => refused(() => signIn({ me }), DOWN),
  );
});
