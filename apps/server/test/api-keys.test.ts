import { appRouter } from '@cartwright/api';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { openAccount } from '@cartwright/api/testing/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

const AUTH_PER_MINUTE = 10;

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let key: string;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { LIMIT_AUTH_PER_MINUTE: String(AUTH_PER_MINUTE), TRUSTED_PROXIES: '1' } });
  app = createApp(runtime);
  const { id, sessionId } = await openAccount(runtime, { roleNames: ['administrator'] });
  const caller = appRouter.createCaller(makeCtx(runtime, { actor: administrator(id, sessionId) }));
  ({ key } = await caller.access.createApiKey({ name: 'Warehouse', permissions: ['orders:read'] }));
});
afterAll(() => runtime.dispose());

const ask = (authorization: string, address: string) =>
  app.request('/v1/admin/orders', { headers: { authorization, 'x-forwarded-for': address } });
const guess = (n: number) => `cw_00000000_${String(n).padStart(43, 'A')}`;

test('a key opens what it was made for as a bearer token, and nothing else', async () => {
  expect((await ask(`Bearer ${key}`, '192.0.2.1')).status).toBe(200);
  expect((await ask(`bearer ${key}`, '192.0.2.1')).status).toBe(200);
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': '192.0.2.1' };
  for (const path of ['/v1/admin/staff', '/v1/me', '/v1/orders']) {
    const response = await app.request(path, { headers });
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
  }
});

test.each([
  ['another secret', () => guess(1)],
  ['a letter changed', () => `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`],
  ['a letter less', () => key.slice(0, -1)],
  ['capitals', () => key.toUpperCase()],
])('a key with %s is refused, never taken for a guest', async (_name, wrong) => {
  const response = await app.request('/v1/products', { headers: { authorization: `Bearer ${wrong()}` } });
  expect([response.status, await response.json()]).toMatchObject([401, { code: 'unauthenticated' }]);
  expect((await ask(`Basic ${key}`, '192.0.2.1')).status).toBe(401);
});

test('guessing is limited for each address and then asks the database nothing; keys that are known go on working', async () => {
  const address = '192.0.2.2';
  expect((await ask(`Bearer ${key}`, address)).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 100; n < 100 + AUTH_PER_MINUTE; n += 1) statuses.push((await ask(`Bearer ${guess(n)}`, address)).status);
  expect(statuses).toEqual(Array.from({ length: AUTH_PER_MINUTE }, () => 401));
  runtime.takeStatements();
  const limited = await ask(`Bearer ${guess(999)}`, address);
  expect([limited.status, runtime.takeStatements()]).toEqual([429, []]);
  expect((await ask(`Bearer ${key}`, address)).status).toBe(200);
  expect((await ask(`Bearer ${guess(999)}`, '192.0.2.3')).status).toBe(401);
});
