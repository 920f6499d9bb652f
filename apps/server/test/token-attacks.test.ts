import { createFastHasher, makeTestRuntime, openAnotherProcess, type TestRuntime } from '@cartwright/api/testing';
import { openAccount, type TestAccount } from '@cartwright/api/testing/accounts';
import { type Forger, forgeries, openForger, signAsWeDo } from '@cartwright/api/testing/token-attacks';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

let runtime: TestRuntime;
let other: Awaited<ReturnType<typeof openAnotherProcess>>;
/** Two processes of one store. */
let apps: ReturnType<typeof createApp>[];
let forger: Forger;
let attacks = 0;
let accepted = 0;

beforeAll(async () => {
  const off = ['READ_PER_10S', 'CART_PER_10S', 'ADMIN_PER_10S', 'AUTH_PER_MINUTE'].map((name) => [
    `LIMIT_${name}`,
    '0',
  ]);
  runtime = await makeTestRuntime({ env: Object.fromEntries(off), overrides: { passwords: createFastHasher() } });
  other = await openAnotherProcess(runtime);
  apps = [createApp(runtime), createApp(other)];
  forger = await openForger(runtime);
});
afterAll(async () => {
  await other.close();
  await runtime.dispose();
});

const countSessions = async () => (await querySql(runtime.databaseUrl, 'select 1 from sessions')).length;
const meStatus = async (app: ReturnType<typeof createApp>, authorization: string) =>
  (await app.request('/v1/me', { headers: { authorization } })).status;

/** What is answered to these headers over both faces, to a read and to a change, in both processes. */
async function answersTo(headers: Record<string, string>): Promise<Set<string>> {
  const page = { origin: 'http://localhost:3000', 'content-type': 'application/json' };
  const answers = new Set<string>();
  for (const app of apps) {
    for (const [path, method] of [
      ['/v1/me', 'GET'],
      ['/trpc/auth.me', 'GET'],
      ['/v1/me/sessions/revoke-all', 'POST'],
      ['/trpc/auth.logoutEverywhere', 'POST'],
    ] as const) {
      const response = await app.request(path, { method, headers: { ...(method === 'POST' && page), ...headers } });
      const body = (await response.json()) as {
        code?: string;
        error?: { json: { data: { problem: { code: string } } } };
      };
      answers.add(`${response.status} ${body.code ?? body.error?.json.data.problem.code}`);
    }
  }
  return answers;
}

/** One attack: refused everywhere, as who is not logged in, and nothing has changed. */
async function expectRefused(headers: Record<string, string>): Promise<void> {
  attacks += 1;
  const before = await countSessions();
  const answers = await answersTo(headers);
  if ([...answers].some((answer) => answer.startsWith('2'))) accepted += 1;
  expect(answers).toEqual(new Set(['401 unauthenticated']));
  expect(await countSessions()).toBe(before);
}

describe('a forged token opens nothing, in a header or in a cookie', () => {
  test.each(forgeries)('%s', async (_name, forge) => {
    const token = await forge(forger);
    await expectRefused({ authorization: `Bearer ${token.replaceAll('\0', '')}` });
    const cookie = token.replace(/[^!#-+\--:<-[\]-~]/g, '');
    // An empty cookie is none: that is a guest.
    if (cookie !== '')
      expect(await answersTo({ cookie: `cartwright-access=${cookie}` })).toEqual(new Set(['401 unauthenticated']));
    for (const app of apps) expect(await meStatus(app, `Bearer ${forger.account.accessToken}`)).toBe(200);
  });
});

describe('a genuine token is taken in one place only', () => {
  const misplaced: [string, (token: string) => Record<string, string>][] = [
    ['the scheme Basic', (token) => ({ authorization: `Basic ${token}` })],
    ['Basic with the token as password', (token) => ({ authorization: `Basic ${btoa(`ada:${token}`)}` })],
    ['the scheme Token', (token) => ({ authorization: `Token ${token}` })],
    ['the scheme DPoP', (token) => ({ authorization: `DPoP ${token}` })],
    ['the scheme JWT', (token) => ({ authorization: `JWT ${token}` })],
    ['no scheme', (token) => ({ authorization: token })],
    ['the scheme twice', (token) => ({ authorization: `Bearer Bearer ${token}` })],
    ['the scheme without a space', (token) => ({ authorization: `Bearer${token}` })],
    ['in quotes', (token) => ({ authorization: `Bearer "${token}"` })],
    ['two tokens', (token) => ({ authorization: `Bearer ${token}, Bearer ${token}` })],
    ['with something behind it', (token) => ({ authorization: `Bearer ${token} admin` })],
    ['X-Access-Token', (token) => ({ 'x-access-token': token })],
    ['Proxy-Authorization', (token) => ({ 'proxy-authorization': `Bearer ${token}` })],
    ['a cookie of another name', (token) => ({ cookie: `access_token=${token}; cartwright-accessory=${token}` })],
    ['the refresh cookie', (token) => ({ cookie: `cartwright-refresh=${token}` })],
  ];
  test.each(misplaced)('%s', async (_name, headersOf) => {
    await expectRefused(headersOf(forger.account.accessToken));
  });

  test('the address of a request', async () => {
    attacks += 1;
    for (const parameter of ['access_token', 'token', 'authorization']) {
      const response = await apps[0]?.request(`/v1/me?${parameter}=${forger.account.accessToken}`);
      expect(response?.status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('a token that was good is good no more', () => {
  const sql = (statement: string, parameters: unknown[] = []) => querySql(runtime.databaseUrl, statement, parameters);
  const post = async (path: string, { accessToken }: TestAccount, body: object = {}) => {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const response = await apps[0]?.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response?.ok, await response?.text()).toBe(true);
  };
  const overtaken: [string, (account: TestAccount) => Promise<unknown>][] = [
    ['its session was logged out', (account) => post('/v1/auth/logout', account)],
    ['all sessions were ended', (account) => post('/v1/me/sessions/revoke-all', account)],
    ['its session is gone', ({ id }) => sql('delete from sessions where user_id = $1', [id])],
    ['its account was disabled', ({ id }) => sql("update users set status = 'disabled' where id = $1", [id])],
    ['its account was deleted', ({ id }) => sql('delete from users where id = $1', [id])],
    [
      'its session was idle for too long',
      ({ id }) => sql("update sessions set rotated_at = rotated_at - interval '14 days' where user_id = $1", [id]),
    ],
    [
      'its session is too old',
      ({ id }) => sql("update sessions set expires_at = expires_at - interval '30 days' where user_id = $1", [id]),
    ],
  ];
  test.each(overtaken)('five seconds after %s', async (_name, overtake) => {
    const account = await openAccount(runtime);
    const authorization = `Bearer ${account.accessToken}`;
    for (const app of apps) expect(await meStatus(app, authorization)).toBe(200);
    await overtake(account);
    runtime.clock.advance(5);
    await expectRefused({ authorization });
  });

  test('when five minutes have passed', async () => {
    const { accessToken } = await openAccount(runtime);
    runtime.clock.advance(300);
    await expectRefused({ authorization: `Bearer ${accessToken}` });
  });

  test('a role that was taken away counts no more after five seconds, whatever the token says', async () => {
    attacks += 1;
    const staff = await openAccount(runtime, { roleNames: ['administrator'] });
    const statuses = () =>
      Promise.all(
        apps.map(async (app) => {
          const headers = { authorization: `Bearer ${staff.accessToken}` };
          return (await app.request('/v1/admin/signing-keys', { headers })).status;
        }),
      );
    expect(await statuses()).toEqual([200, 200]);
    await sql('delete from user_roles where user_id = $1', [staff.id]);
    runtime.clock.advance(5);
    expect(await statuses()).toEqual([403, 403]);
  });

  test('when its key was rotated out; a rotation itself logs nobody out', async () => {
    const administrator = await openAccount(runtime, { roleNames: ['administrator'] });
    const account = await openAccount(runtime);
    await post('/v1/admin/signing-keys/rotate', administrator);
    for (const seconds of [0, 4, 6, 120]) {
      runtime.clock.advance(seconds);
      for (const app of apps) expect(await meStatus(app, `Bearer ${account.accessToken}`)).toBe(200);
    }
    const later = await openForger(runtime);
    expect(later.kid).not.toBe(forger.kid);
    // Even a token that has not expired, were somebody to sign it with the old key.
    runtime.clock.advance(600);
    const now = Math.floor(runtime.clock.now().getTime() / 1000);
    const { sessionId: sid, id: sub } = account;
    const claims = { ...forger.claims, sid, sub, iat: now, exp: now + 300 };
    await expectRefused({ authorization: `Bearer ${await signAsWeDo({ ...forger, claims })}` });
    // The same, signed with the new key, is accepted: it is the key that was refused.
    expect(await meStatus(apps[0] as never, `Bearer ${await signAsWeDo({ ...later, claims })}`)).toBe(200);
  });

  test('in an emergency, every one of them, within five seconds in every process; a refresh goes on', async () => {
    const administrator = await openAccount(runtime, { roleNames: ['administrator'] });
    const accounts = [await openAccount(runtime), await openAccount(runtime), administrator];
    for (const { accessToken } of accounts) {
      for (const app of apps) expect(await meStatus(app, `Bearer ${accessToken}`)).toBe(200);
    }
    await post('/v1/admin/signing-keys/rotate', administrator, { emergency: true });
    runtime.clock.advance(5);
    for (const { accessToken, refreshToken } of accounts) {
      await expectRefused({ authorization: `Bearer ${accessToken}` });
      const response = await apps[1]?.request('/v1/auth/refresh', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
      });
      const renewed = (await response?.json()) as { accessToken: string };
      for (const app of apps) expect(await meStatus(app, `Bearer ${renewed.accessToken}`)).toBe(200);
    }
  });
});

test('all of it were attacks, and none was accepted', () => {
  console.log(`${attacks} attacks on access tokens, ${accepted} accepted`);
  expect(attacks).toBeGreaterThanOrEqual(forgeries.length + 20);
  expect(attacks).toBeGreaterThanOrEqual(100);
  expect(accepted).toBe(0);
});
