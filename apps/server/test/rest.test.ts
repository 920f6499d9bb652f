import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AppEnv } from '../src/http/exchange.ts';
import { sampleApp } from './sample-app.ts';

let runtime: TestRuntime;
let app: Hono<AppEnv>;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { LIMIT_AUTH_PER_MINUTE: '3', TRUSTED_PROXIES: '1' } });
  app = sampleApp(runtime);
});
afterAll(() => runtime.dispose());

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
const send = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  app.request(path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body }),
  });
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as Record<string, unknown>;
};

const pointingAt = (pointer: string) => expect.arrayContaining([{ pointer, message: expect.any(String) }]);

describe('query parameters', () => {
  test.each([
    ['', { limit: 24 }],
    ['limit=5', { limit: 5 }],
    ['ratio=-1.5e2', { limit: 24, ratio: -150 }],
    ['active=true&since=2026-03-01', { limit: 24, active: true, since: '2026-03-01T00:00:00.000Z' }],
    ['since=2026-03-01T10:00:00%2B02:00', { limit: 24, since: '2026-03-01T08:00:00.000Z' }],
    ['ids=1,2,3', { limit: 24, ids: [1, 2, 3] }],
    ['ids=1&ids=2', { limit: 24, ids: [1, 2] }],
    ['words=a,b&words=c', { limit: 24, words: ['a,b', 'c'] }],
    ['sort=-price&version=2&mixed=7', { limit: 24, sort: '-price', version: 2, mixed: 7 }],
    ['mixed=all', { limit: 24, mixed: 'all' }],
    ['filter[color]=red,blue&filter%5Bsize%5D=1..2', { limit: 24, filter: { color: 'red,blue', size: '1..2' } }],
    ['filter[a[b]]=x', { limit: 24, filter: { 'a[b]': 'x' } }],
    ['each[a]=1,2&each[b]=3', { limit: 24, each: { a: [1, 2], b: [3] } }],
    ['note=a+b%2Bc%C3%A4&', { limit: 24, note: 'a b+cä' }],
    ['upper=a&later=3', { limit: 24, upper: 'A', later: 3 }],
    ['filter[constructor]=x', { limit: 24, filter: { constructor: 'x' } }],
  ])('%s is read by the schema', async (search, expected) => {
    const response = await get(`/v1/echo?${search}`);
    expect([response.status, await response.json()]).toEqual([200, expected]);
  });

  test.each([
    ['nope=1', '/nope'],
    ['limit=1&limit=2', '/limit'],
    ['limit=', '/limit'],
    ['limit=abc', '/limit'],
    ['limit=0x10', '/limit'],
    ['limit=1e999', '/limit'],
    ['limit=99999999999999999999', '/limit'],
    ['limit=1.5', '/limit'],
    ['active=yes', '/active'],
    ['since=2026-02-30', '/since'],
    ['since=yesterday', '/since'],
    ['since=2026-13-01', '/since'],
    ['ids=1,x', '/ids/1'],
    ['ids=', '/ids/0'],
    ['ids=1,2,3,4', '/ids'],
    ['sort=rating', '/sort'],
    ['version=3', '/version'],
    ['mixed=some', '/mixed'],
    ['filter=x', '/filter'],
    ['filter=x&filter[a]=y', '/filter'],
    ['filter[a]=1&filter[a]=2', '/filter/a'],
    ['each[a]=1,b', '/each/a/1'],
    ['limit[a]=1', '/limit[a]'],
    ['[a]=1', '/[a]'],
    ['__proto__=1', '/__proto__'],
    ['__proto__[x]=1', '/__proto__[x]'],
    ['constructor=1', '/constructor'],
    ['a/b~c=1', '/a~1b~0c'],
    ['=1', '/'],
  ])('%s is refused at %s', async (search, pointer) => {
    const response = await get(`/v1/echo?${search}`);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_input', errors: pointingAt(pointer) });
    expect(response.status).toBe(400);
  });

  test.each(['limit=%zz', 'limit=%', 'note=%00', '%ff=1'])('%s is not an address', async (search) => {
    expect(await problemOf(await get(`/v1/echo?${search}`))).toMatchObject({ status: 400, code: 'invalid_input' });
  });

  test('a choice between objects is read by the fields of all of them', async () => {
    expect(await (await get('/v1/either?id=7')).json()).toEqual({ id: 7 });
    expect(await (await get('/v1/either?active=false')).json()).toEqual({ active: false });
    expect((await get('/v1/either?id=7&active=false')).status).toBe(400);
  });

  test('a procedure without input takes no parameters', async () => {
    expect((await get('/v1/things/stats')).status).toBe(200);
    expect(await problemOf(await get('/v1/things/stats?a=1'))).toMatchObject({
      code: 'invalid_input',
      errors: [{ pointer: '/a', message: 'Unknown field' }],
    });
  });

  test('nothing sticks to the prototype of objects', async () => {
    await get('/v1/echo?filter[__proto__]=x&__proto__[polluted]=1');
    await send('POST', '/v1/things', '{"name":"a","__proto__":{"polluted":1}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('paths', () => {
  test('a fixed segment wins over a parameter', async () => {
    expect(await (await get('/v1/things/stats')).json()).toEqual({ stats: true });
    expect(await (await get('/v1/things/statz')).json()).toEqual({ id: 'statz' });
    expect(await (await get('/v1/things/stats/parts/2')).json()).toEqual({ id: 'stats', number: 2 });
  });

  test.each([
    ['/v1/things/a%2Fb', 'a/b'],
    ['/v1/things/100%25', '100%'],
    ['/v1/things/%2525', '%25'],
    ['/v1/things/a+b', 'a+b'],
    ['/v1/things/%C3%A4', 'ä'],
    ['/v1/things/__proto__', '__proto__'],
    ['/v1/things/a;b=c', 'a;b=c'],
  ])('%s is decoded once', async (path, id) => {
    expect(await (await get(path)).json()).toEqual({ id });
  });

  test.each(['/v1/things/%zz', '/v1/things/%', '/v1/things/%C3', '/v1/things/a%00'])('%s is 400', async (path) => {
    expect(await problemOf(await get(path))).toMatchObject({ status: 400, code: 'invalid_input' });
  });

  test.each(['/v1/', '/v1/nope', '/v1/things/', '/v1//things', '//v1/things', '/v1/things/a/', '/v1/things//parts/1'])(
    '%s is 404',
    async (path) => {
      expect(await problemOf(await get(path))).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  test('a parameter is checked by its schema', async () => {
    expect(await problemOf(await get('/v1/things/a/parts/b'))).toMatchObject({ errors: [{ pointer: '/number' }] });
  });

  test('a parameter of the path cannot be given a second time', async () => {
    expect(await problemOf(await get('/v1/things/a?id=b'))).toMatchObject({ errors: [{ pointer: '/id' }] });
    const response = await send('PATCH', '/v1/things/a', '{"id":"b"}');
    expect(await problemOf(response)).toMatchObject({ errors: [{ pointer: '/id', message: 'Given by the path' }] });
  });
});

describe('methods', () => {
  test('a wrong method is 405 and says which ones there are', async () => {
    const response = await send('PUT', '/v1/things/a');
    expect(response.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH');
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect((await send('POST', '/v1/echo')).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  test('OPTIONS says the same without a refusal', async () => {
    const response = await send('OPTIONS', '/v1/things');
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'OPTIONS, POST']);
  });

  test('HEAD is GET without the body', async () => {
    const response = await send('HEAD', '/v1/things/a');
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      200,
      '',
      'application/json',
    ]);
    expect((await send('HEAD', '/v1/things/%zz')).status).toBe(400);
  });

  test('the declared success status is answered', async () => {
    expect((await send('POST', '/v1/things', '{"name":"a"}')).status).toBe(201);
    expect((await send('POST', '/v1/act')).status).toBe(202);
    const removed = await send('DELETE', '/v1/things/a?force=true');
    expect([removed.status, await removed.text(), removed.headers.get('content-type')]).toEqual([204, '', null]);
  });
});

describe('bodies', () => {
  test.each([
    ['a list', '[]', ''],
    ['null', 'null', ''],
    ['a text', '"x"', ''],
    ['a number', '1', ''],
    ['nothing where something is needed', '', '/name'],
    ['an empty object', '{}', '/name'],
    ['a wrong type', '{"name":1}', '/name'],
    ['null for a text', '{"name":null}', '/name'],
    ['a huge number', '{"name":"a","size":1e300}', '/size'],
    ['a number as text', '{"name":"a","size":"1"}', '/size'],
    ['an unknown field', '{"name":"a","nope":1}', '/nope'],
    ['a prototype key', '{"name":"a","__proto__":{"x":1}}', '/__proto__'],
    ['constructor', '{"name":"a","constructor":1}', '/constructor'],
  ])('%s is refused', async (_name, body, pointer) => {
    const problem = await problemOf(await send('POST', '/v1/things', body));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_input', errors: [{ pointer }] });
  });

  test.each(['{', '{"name":}', "{'name':'a'}", '{"name":"a"}}', 'name=a', '\uFEFF\uFEFF{}', 'undefined'])(
    '%s is not JSON',
    async (body) => {
      expect(await problemOf(await send('POST', '/v1/things', body))).toMatchObject({
        status: 400,
        code: 'invalid_json',
      });
    },
  );

  test('bytes that are not UTF-8 are not JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await app.request('/v1/things', {
      method: 'POST',
      headers,
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect(await problemOf(response)).toMatchObject({ code: 'invalid_json' });
  });

  test.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['multipart/form-data; boundary=x', {}],
    ['application/json; charset=latin1', {}],
    ['application/jsonp', {}],
    ['application/problem+json', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('%s %o is 415', async (type, headers) => {
    const response = await send('POST', '/v1/things', '{"name":"a"}', { 'content-type': type, ...headers });
    expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    '%s is taken',
    async (type) => {
      expect((await send('POST', '/v1/things', '{"name":"a"}', { 'content-type': type })).status).toBe(201);
    },
  );

  test('a body that would be nothing needs no media type', async () => {
    expect((await send('PATCH', '/v1/things/a')).status).toBe(200);
    expect((await send('POST', '/v1/act', '{}')).status).toBe(202);
    expect(await problemOf(await send('POST', '/v1/act', '{"a":1}'))).toMatchObject({ errors: [{ pointer: '/a' }] });
  });

  test('parameters in the query of a request with a body are refused', async () => {
    const response = await send('POST', '/v1/things?name=b', '{"name":"a"}');
    expect(await problemOf(response)).toMatchObject({ errors: [{ pointer: '/name' }] });
  });

  test('1 MiB is taken and a byte more is 413, with and without a declared length', async () => {
    const body = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`;
    const limit = 1024 * 1024;
    const streamed = (text: string) =>
      app.request('/v1/things', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
        body: new Blob([text]).stream(),
        duplex: 'half',
      } as RequestInit);
    expect((await send('POST', '/v1/things', body(limit), { 'content-length': String(limit) })).status).toBe(201);
    expect((await streamed(body(limit))).status).toBe(201);
    for (const response of [
      await send('POST', '/v1/things', body(limit + 1), { 'content-length': String(limit + 1) }),
      await send('POST', '/v1/things', body(limit + 1)),
      await streamed(body(limit + 1)),
    ]) {
      expect(await problemOf(response)).toMatchObject({ status: 413, code: 'payload_too_large' });
    }
  });

  test('ISO 8601 becomes a date exactly where the schema has one', async () => {
    const at = '2026-03-01T12:00:00.000Z';
    const body = {
      at: '2026-03-01T13:00:00+01:00',
      spans: [{ from: '2026-03-01' }, { from: at, to: at }],
      byName: { x: at },
      either: { on: at },
      text: at,
    };
    const response = await send('POST', '/v1/dated', JSON.stringify(body));
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        at,
        spans: [{ from: '2026-03-01T00:00:00.000Z' }, { from: at, to: at }],
        byName: { x: at },
        either: { on: at },
        text: at,
      },
    ]);
  });

  test.each([
    [{ at: 'noon' }, '/at'],
    [{ at: 1 }, '/at'],
    [{ at: '2026-03-01', spans: {} }, '/spans'],
    [{ at: '2026-03-01', spans: [{ from: '2026-02-29' }] }, '/spans/0/from'],
    [{ at: '2026-03-01', byName: [] }, '/byName'],
    [{ at: '2026-03-01', either: { on: 'x' } }, '/either'],
    [{ at: '2026-03-01', either: null }, '/either'],
  ])('%o has no date at %s', async (body, pointer) => {
    const problem = await problemOf(await send('POST', '/v1/dated', JSON.stringify(body)));
    expect(problem).toMatchObject({ code: 'invalid_input', errors: [{ pointer }] });
  });
});

describe('callers', () => {
  test('the context has what came with the request', async () => {
    const response = await get('/v1/whoami', {
      'user-agent': 'test',
      'cart-token': 'ct',
      'order-token': 'ot',
      'idempotency-key': 'k',
      'x-request-id': 'req-1',
      'x-forwarded-for': '198.51.100.1, 203.0.113.9',
    });
    expect(await response.json()).toEqual({
      actor: { kind: 'guest' },
      requestId: 'req-1',
      clientAddress: '203.0.113.9',
      userAgent: 'test',
      cartToken: 'ct',
      orderToken: 'ot',
      idempotencyKey: 'k',
    });
    expect(response.headers.get('x-request-id')).toBe('req-1');
  });

  test.each(['', 'Bearer', 'Bearer ', 'Bearer not a token', 'Basic YTpi', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'token'])(
    'Authorization "%s" is 401, not a guest',
    async (authorization) => {
      const response = await get('/v1/things/stats', { authorization });
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="cartwright"');
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthenticated' });
    },
  );

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['1.1.1.1, 203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['unknown', '127.0.0.1'],
    ['203.0.113.9,', '127.0.0.1'],
    ['', '127.0.0.1'],
  ])('X-Forwarded-For "%s" behind one proxy is %s', async (forwarded, address) => {
    const response = await get('/v1/address', { 'x-forwarded-for': forwarded });
    expect(await response.json()).toEqual({ clientAddress: address });
  });

  test('more proxies than entries takes the first one, and no proxy takes none', async () => {
    const behind = (trustedProxies: number) =>
      sampleApp({ ...runtime, config: { ...runtime.config, trustedProxies } }).request('/v1/address', {
        headers: { 'x-forwarded-for': '203.0.113.1, 203.0.113.2, 203.0.113.3' },
      });
    const addresses = await Promise.all([5, 3, 2, 1, 0].map(async (hops) => (await behind(hops)).json()));
    expect(addresses.map((each) => (each as { clientAddress: string }).clientAddress)).toEqual([
      '203.0.113.1',
      '203.0.113.1',
      '203.0.113.2',
      '203.0.113.3',
      '127.0.0.1',
    ]);
  });

  test('a used-up allowance is 429 with when to come back, for that address alone', async () => {
    const from = (address: string) => get('/v1/whoami', { 'x-forwarded-for': address });
    for (let n = 0; n < 3; n += 1) expect((await from('2001:db8::1')).status).toBe(200);
    const refused = await from('2001:db8::2');
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'rate_limited', details: { limit: 'auth' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refused.headers.get('ratelimit-policy')).toBe('"auth";q=3;w=60');
    expect(refused.headers.get('ratelimit')).toMatch(/^"auth";r=0;t=\d+$/);
    expect((await from('2001:db8:0:1::1')).status).toBe(200);
    expect((await get('/v1/things/stats', { 'x-forwarded-for': '2001:db8::1' })).status).toBe(200);
  });
});

describe('failures', () => {
  test('a refusal carries its code, detail and details', async () => {
    const response = await get('/v1/fail?how=refusal');
    expect(await problemOf(response)).toEqual({
      type: 'https://cartwright.dev/errors/idempotency_key_reused',
      title: 'This Idempotency-Key was used with another request.',
      status: 422,
      code: 'idempotency_key_reused',
      detail: 'Said otherwise',
      details: { key: 'k' },
    });
  });

  test('Retry-After is whole seconds', async () => {
    const response = await get('/v1/fail?how=retry');
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, '1']);
  });

  test('a lost database is 503 and a reason to come back', async () => {
    const response = await get('/v1/fail?how=lost');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(response.headers.get('retry-after')).toBe('2');
  });

  test('a bug tells the caller nothing but the request id, and the log everything', async () => {
    const error = vi.spyOn(runtime.log, 'error');
    const response = await get('/v1/fail?how=bug', { 'x-request-id': 'r2' });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).toContain('"requestId":"r2"');
    expect(text).not.toContain('hunter2');
    expect(error).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ requestId: 'r2', code: 'internal', error: expect.stringContaining('hunter2') }),
      'request failed',
    );
    error.mockRestore();
  });
});
