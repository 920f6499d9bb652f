import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { LIMIT_CART_PER_10S: '4' } });
  app = createApp(runtime);
});
afterAll(() => runtime.dispose());

const queryOf = (input: unknown) => `input=${encodeURIComponent(JSON.stringify(superjson.serialize(input)))}`;
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  app.request(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const problemIn = (error: { error: { json: { data: { problem: object } } } }) => error.error.json.data.problem;

test('an answer is a superjson envelope', async () => {
  const response = await app.request('/trpc/catalog.categories');
  const body = (await response.json()) as { result: { data: { json: unknown } } };
  expect([response.status, Object.keys(body), Object.keys(body.result.data)]).toEqual([200, ['result'], ['json']]);
  expect(response.headers.get('vary')).toMatch(/^trpc-accept, accept\b/);
});

describe('a refusal carries the problem', () => {
  test('of a procedure', async () => {
    const response = await app.request('/trpc/auth.me');
    const problem = problemIn((await response.json()) as never);
    expect(problem).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(response.status).toBe(401);
  });

  test('of the input', async () => {
    const response = await app.request(`/trpc/catalog.product?${queryOf({ slug: 'x', nope: 1 })}`);
    expect(problemIn((await response.json()) as never)).toMatchObject({
      code: 'invalid_input',
      errors: [{ pointer: '/nope', message: 'Unknown field' }],
    });
  });

  test.each([
    ['/trpc/nope', 404, 'not_found'],
    ['/trpc/', 404, 'not_found'],
    ['/trpc/catalog.product?input=%7B', 400, 'invalid_input'],
    ['/trpc/cart.create', 405, 'method_not_allowed'],
    ['/trpc/__proto__', 404, 'not_found'],
    ['/trpc/catalog.product?batch=1&input=1', 400, 'invalid_input'],
  ])('GET %s is %i', async (path, status, code) => {
    const response = await app.request(path);
    const body: unknown = await response.json();
    const [first] = Array.isArray(body) ? body : [body];
    expect([response.status, problemIn(first as never)]).toEqual([status, expect.objectContaining({ status, code })]);
  });

  test('of a body that is not JSON, or not said to be', async () => {
    const broken = await post('/trpc/auth.login', '{');
    expect([broken.status, problemIn((await broken.json()) as never)]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid_input' }),
    ]);
    const text = await post('/trpc/auth.login', '{}', { 'content-type': 'text/plain' });
    expect([text.status, problemIn((await text.json()) as never)]).toEqual([
      415,
      expect.objectContaining({ code: 'unsupported_media_type' }),
    ]);
  });

  test('of a token that does not check out', async () => {
    const response = await app.request('/trpc/catalog.categories', { headers: { authorization: 'Bearer x' } });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="cartwright"']);
    expect(problemIn((await response.json()) as never)).toMatchObject({ code: 'unauthenticated' });
  });

  test('of a body beyond 1 MiB', async () => {
    const body = JSON.stringify({ json: 'x'.repeat(1024 * 1024) });
    const response = await post('/trpc/auth.login', body);
    expect(await response.json()).toMatchObject({ status: 413, code: 'payload_too_large' });
  });
});

describe('batches', () => {
  const batch = (calls: number) =>
    app.request(`/trpc/${Array.from({ length: calls }, () => 'catalog.categories').join(',')}?batch=1`);

  test('of 20 calls are answered, of 21 refused', async () => {
    const twenty = await batch(20);
    expect([twenty.status, ((await twenty.json()) as unknown[]).length]).toEqual([200, 20]);
    const more = await batch(21);
    expect(more.status).toBe(400);
    expect(problemIn((await more.json()) as never)).toMatchObject({ code: 'invalid_input' });
  });

  test('answer each call by itself', async () => {
    const response = await app.request('/trpc/catalog.categories,nope?batch=1');
    expect(response.status).toBe(207);
    expect(await response.json()).toMatchObject([{ result: {} }, { error: {} }]);
  });

  test('take one from the allowance for every call', async () => {
    const body = JSON.stringify({ 0: superjson.serialize({}), 1: superjson.serialize({}), 2: superjson.serialize({}) });
    const calls = '/trpc/cart.create,cart.create,cart.create?batch=1';
    expect((await post(calls, body)).status).not.toBe(429);
    const refused = await post(calls, body);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-policy')).toBe('"cart";q=4;w=10');
    const problems = ((await refused.json()) as never[]).map(problemIn);
    expect(problems).toMatchObject(Array.from({ length: 3 }, () => ({ code: 'rate_limited' })));
  });
});
