import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { createTestDatabase, type TestDatabase } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '../src/index.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

let runtime: TestRuntime;
let database: TestDatabase;
let proxy: TcpProxy;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.url);
  runtime = await makeTestRuntime({ env: { DATABASE_URL: proxy.url } });
  app = createApp(runtime);
});
afterAll(async () => {
  await runtime.dispose();
  await proxy.cut();
  await database.drop();
});

test('a lost database is a typed 503 on every face, and everything works again once it is back', async () => {
  const cartId = '01a20916-bf14-7f9f-a01b-5916b6346912';
  const input = encodeURIComponent(JSON.stringify({ json: { cartId } }));
  const [rest, trpc] = [`/v1/carts/${cartId}`, `/trpc/cart.get?input=${input}`];
  const ready = async () => (await app.request('/health/ready')).status;
  expect([(await app.request(rest)).status, (await app.request(trpc)).status, await ready()]).toEqual([404, 404, 200]);

  await proxy.cut();
  await vi.waitFor(async () => expect(await ready()).toBe(503), { timeout: 5_000, interval: 100 });
  const problem = { status: 503, code: 'database_unavailable', retryAfterSeconds: 2 };
  const overRest = await app.request(rest);
  expect(await overRest.json()).toMatchObject(problem);
  const overTrpc = await app.request(trpc);
  expect(await overTrpc.json()).toMatchObject({ error: { json: { data: { httpStatus: 503, problem } } } });
  const cart = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"currency":"EUR"}' };
  const write = await app.request('/v1/carts', cart);
  expect(await write.json()).toMatchObject(problem);
  for (const response of [overRest, overTrpc, write]) {
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  }
  expect((await app.request('/health/live')).status).toBe(200);

  await proxy.restore();
  await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 5_000, interval: 100 });
  expect((await app.request(rest)).status).toBe(404);
});
