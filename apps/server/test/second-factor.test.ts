import { createFastHasher, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { TEST_PASSWORD } from '@cartwright/api/testing/accounts';
import { codeFor, makePerson } from '@cartwright/api/testing/people';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { Browser } from './browser.ts';

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: createFastHasher() } });
  app = createApp(runtime);
});
afterAll(() => runtime.dispose());

const browser = () => new Browser(app, 'http://localhost:3000');

/** A browser that was asked for the second factor, and what is needed to go on. */
async function asked() {
  const person = await makePerson(runtime);
  const { secret } = await person.addTotp();
  const page = browser();
  const input = { email: person.email, password: TEST_PASSWORD, session: 'cookie' };
  const refused = await page.rest('/v1/auth/login', { input });
  return { person, secret, page, refused, challenge: (refused.body['details'] as { challenge: string }).challenge };
}

test('a log-in with cookies gets none before the second factor, and all of them with it', async () => {
  const { person, secret, page, refused, challenge } = await asked();
  expect(refused.status).toBe(401);
  expect(refused.body).toMatchObject({
    code: 'second_factor_required',
    details: { challenge: expect.any(String), methods: ['totp', 'recovery_code'] },
  });
  expect(page.cookies.size).toBe(0);
  const input = { challenge, code: codeFor(runtime, secret), session: 'cookie' };
  const opened = await page.rest('/v1/auth/second-factor', { input });
  expect(opened.body).toMatchObject({
    user: { email: person.email },
    accessToken: null,
    refreshToken: null,
    csrfToken: expect.any(String),
  });
  expect([...page.cookies.keys()]).toEqual(['cartwright-access', 'cartwright-refresh']);
  expect((await page.rest('/v1/me', { method: 'GET' })).body).toMatchObject({ email: person.email });
});

test('a passkey logs in with cookies, from pages of the store only', async () => {
  const person = await makePerson(runtime);
  const { authenticator } = await person.addPasskey();
  const logIn = async (page: Browser) => {
    const { body } = await page.rest('/v1/auth/passkey/options', { input: {} });
    const passkey = authenticator.get(body as never);
    return page.rest('/v1/auth/passkey', { input: { passkey, session: 'cookie' } });
  };
  const stranger = new Browser(app, 'https://evil.example');
  expect((await logIn(stranger)).body).toMatchObject({ code: 'csrf_token_invalid' });
  expect(stranger.cookies.size).toBe(0);
  const page = browser();
  expect((await logIn(page)).body).toMatchObject({ accessToken: null, csrfToken: expect.any(String) });
  expect((await page.rest('/v1/me', { method: 'GET' })).body).toMatchObject({ email: person.email });
});

test('a step-up by a session in cookies renews the cookie, and opens what is dangerous', async () => {
  const { secret, page, challenge } = await asked();
  const input = { challenge, code: codeFor(runtime, secret), session: 'cookie' };
  const { body } = await page.rest('/v1/auth/second-factor', { input });
  const headers = { 'x-csrf-token': String(body['csrfToken']) };
  runtime.clock.advance(901);
  expect((await page.rest('/v1/auth/refresh', { input: {} })).status).toBe(200);
  const dangerous = () => page.rest('/v1/me/passkeys/options', { input: {}, headers });
  expect((await dangerous()).body).toMatchObject({ code: 'step_up_required' });

  const code = codeFor(runtime, secret);
  expect((await page.rest('/v1/me/step-up', { input: { code } })).body).toMatchObject({ code: 'csrf_token_invalid' });
  const before = page.cookies.get('cartwright-access');
  const stepped = await page.rest('/v1/me/step-up', { input: { code }, headers });
  expect([stepped.status, stepped.body]).toEqual([200, { accessToken: null, expiresIn: 300 }]);
  expect(page.cookies.get('cartwright-access')).not.toBe(before);
  expect((await dangerous()).status).toBe(200);
});
