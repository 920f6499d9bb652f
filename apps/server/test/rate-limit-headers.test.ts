import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { CORS_ORIGINS: 'https://shop.example.com', LIMIT_ADMIN_PER_10S: '0' } });
  app = createApp(runtime);
});
afterAll(() => runtime.dispose());

let sequence = 0;
const freshAddress = (): string => {
  sequence += 1;
  return `192.0.2.${sequence}`;
};
function send(
  method: string,
  path: string,
  options: { from: string; body?: unknown; headers?: Record<string, string> },
) {
  const headers = { 'content-type': 'application/json', ...options.headers };
  const init = { method, headers, ...(options.body !== undefined && { body: JSON.stringify(options.body) }) };
  return app.request(path, init, { incoming: { socket: { remoteAddress: options.from } } });
}
/** What the answer says of its allowances, with the seconds left out. */
async function saidBy(response: Response | Promise<Response>): Promise<(string | null)[]> {
  const { headers } = await response;
  return [headers.get('ratelimit-policy'), headers.get('ratelimit')?.replaceAll(/t=[1-9]\d*/g, 't=') ?? null];
}
const call = (input: unknown) => superjson.serialize(input);

describe('every answer of a limited class says what is left', () => {
  test.each([
    ['a list', 'GET', '/v1/categories', undefined, 200, '"read";q=100000;w=10', '"read";r=99999;t='],
    [
      'a list that is given again',
      'GET',
      '/v1/categories',
      undefined,
      200,
      '"read";q=100000;w=10',
      '"read";r=99999;t=',
    ],
    ['HEAD', 'HEAD', '/v1/categories', undefined, 200, '"read";q=100000;w=10', '"read";r=99999;t='],
    [
      'a missing cart',
      'GET',
      '/v1/carts/01a20916-bf14-7f9f-a01b-5916b6346912',
      undefined,
      404,
      '"cart";q=5000;w=10',
      '"cart";r=4999;t=',
    ],
    ['bad input', 'POST', '/v1/carts', { nope: 1 }, 400, '"cart";q=5000;w=10', '"cart";r=4999;t='],
    [
      'a failed log-in',
      'POST',
      '/v1/auth/login',
      { email: 'a@example.com', password: 'x' },
      401,
      '"auth";q=300;w=60',
      '"auth";r=299;t=',
    ],
    ['a tRPC query', 'GET', '/trpc/catalog.categories', undefined, 200, '"read";q=100000;w=10', '"read";r=99999;t='],
    ['a refused tRPC query', 'GET', '/trpc/auth.me', undefined, 401, '"read";q=100000;w=10', '"read";r=99999;t='],
  ])('%s: %s %s', async (_, method, path, body, status, policy, left) => {
    const response = await send(method, path, { from: freshAddress(), ...(body && { body }) });
    expect([response.status, ...(await saidBy(response))]).toEqual([status, policy, left]);
  });

  test('what is left goes down by one for every request, and by one for every call of a batch', async () => {
    const from = freshAddress();
    expect((await saidBy(send('GET', '/v1/categories', { from })))[1]).toBe('"read";r=99999;t=');
    expect((await saidBy(send('GET', '/v1/categories', { from })))[1]).toBe('"read";r=99998;t=');
    const batch = '/trpc/catalog.categories,catalog.categories,catalog.categories?batch=1';
    expect((await saidBy(send('GET', batch, { from })))[1]).toBe('"read";r=99995;t=');
  });

  test('a batch says it of every class that it took from', async () => {
    const body = {
      0: call({ email: 'a@example.com', password: 'x' }),
      1: call({ currency: 'EUR' }),
      2: call({ nope: 1 }),
    };
    const response = await send('POST', '/trpc/auth.login,cart.create,cart.create?batch=1', {
      from: freshAddress(),
      body,
    });
    expect(await saidBy(response)).toEqual([
      '"auth";q=300;w=60, "cart";q=5000;w=10',
      '"auth";r=299;t=, "cart";r=4998;t=',
    ]);
  });

  test('also where the answer is a stream', async () => {
    const headers = { 'trpc-accept': 'application/jsonl' };
    const response = await send('GET', '/trpc/catalog.categories,catalog.categories?batch=1', {
      from: freshAddress(),
      headers,
    });
    expect((await saidBy(response))[1]).toBe('"read";r=99998;t=');
    await response.text();
  });
});

test.each(['/v1/auth/login', '/trpc/auth.login'])(
  'after too many failures %s says when the next is let through',
  async (path) => {
    const from = freshAddress();
    const input = { email: `nobody${sequence}@example.com`, password: 'x' };
    const body = path.startsWith('/trpc') ? call(input) : input;
    for (let n = 0; n < 8; n += 1) expect((await send('POST', path, { from, body })).status).toBe(401);
    const refused = await send('POST', path, { from, body });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900']);
    expect(await saidBy(refused.clone())).toEqual([
      '"auth";q=300;w=60, "login";q=10;w=900',
      '"auth";r=291;t=, "login";r=0;t=',
    ]);
  },
);

test('what is not limited, or switched off, says nothing', async () => {
  for (const path of ['/health/live', '/openapi.json', '/nope', '/v1/nope', '/v1/admin/orders']) {
    expect(await saidBy(send('GET', path, { from: freshAddress() }))).toEqual([null, null]);
  }
});

test('a page on another origin can read it', async () => {
  const headers = { origin: 'https://shop.example.com' };
  const response = await send('GET', '/v1/categories', { from: freshAddress(), headers });
  const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
  expect(exposed).toEqual(expect.arrayContaining(['ratelimit', 'ratelimit-policy', 'retry-after']));
});

test('2,000 cart and checkout requests in 10 s from one address are let through by default', async () => {
  const from = freshAddress();
  const startedAt = performance.now();
  const statuses = new Map<number, number>();
  let last: Response | undefined;
  for (let n = 0; n < 2_000; n += 50) {
    const answers = Array.from({ length: 50 }, (_, each) =>
      each % 2 === 0
        ? send('GET', '/v1/carts/01a20916-bf14-7f9f-a01b-5916b6346912', { from })
        : send('POST', '/v1/checkouts', { from, body: {} }),
    );
    for (const answer of await Promise.all(answers)) {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      last = answer;
    }
  }
  expect(statuses).toEqual(
    new Map([
      [404, 1_000],
      [400, 1_000],
    ]),
  );
  // All of them in one window, unless this machine was too slow to send them in ten seconds.
  if (performance.now() - startedAt < 10_000) expect((await saidBy(last as Response))[1]).toBe('"cart";r=3000;t=');
});
