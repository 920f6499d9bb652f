import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '@cartwright/api/testing';
import { createTestDatabase, type TestDatabase } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from '../src/index.ts';
import { serverConfig } from './server-config.ts';

let database: TestDatabase;
let server: RunningServer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(serverConfig(database), { log: silentLog });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

/** Everything the server says to `text`, until it closes the connection or `untilMs` have passed. */
async function say(text: string, untilMs = 1_000, url = server.url): Promise<{ answer: string; closed: boolean }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  let closed = false;
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => undefined).on('close', () => (closed = true));
  socket.write(text);
  await vi.waitFor(() => expect(closed || /\r\n\r\n/.test(answer)).toBe(true), { timeout: untilMs });
  await sleep(20);
  socket.destroy();
  return { answer, closed };
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test('listens on the address it was given, not on all of them', async () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const [other] = ['127.0.0.2'];
  await expect(fetch(server.url.replace('127.0.0.1', other ?? ''))).rejects.toThrow();
});

test('answers a whole exchange, with the address of the socket', async () => {
  const response = await fetch(`${server.url}/v1/carts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' },
    body: '{"currency":"EUR","nope":1}',
  });
  expect(await response.json()).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/nope' }] });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('HEAD is answered like GET, without a body', async () => {
  const response = await fetch(`${server.url}/health/live`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

describe('strange requests', () => {
  test.each([
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a broken host', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', 'POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a broken escape in the path', 'GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['dots in the path', 'GET /media/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['a double slash', 'GET //v1/me HTTP/1.1\r\nHost: x\r\n\r\n', 404],
    ['a long header', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an unknown method', 'BREW /v1/me HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['an unusual method', 'PROPFIND /v1/me HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ])('%s', async (_name, text, status) => {
    expect(statusOf((await say(text)).answer)).toBe(status);
  });

  test('a chunked body beyond 1 MiB is refused before all of it has come', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const head =
      'POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { answer } = await say(head + chunk.repeat(17), 3_000);
    expect(statusOf(answer)).toBe(413);
    expect(answer).toContain('payload_too_large');
  });

  test('a body that declares more than 1 MiB is refused at once', async () => {
    const head =
      'POST /trpc/auth.login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n';
    expect(statusOf((await say(head)).answer)).toBe(413);
  });
});

describe('closing', () => {
  /** A POST of which the last byte is still to come. */
  async function halfARequest(
    url: string,
  ): Promise<{ socket: Socket; finish(): void; answer(): string; closed: Promise<void> }> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk)).on('error', () => undefined);
    const closed = new Promise<void>((done) => socket.on('close', () => done()));
    socket.write('POST /v1/carts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
    await sleep(100);
    return { socket, finish: () => socket.write('}'), answer: () => answer, closed };
  }

  test('finishes what is under way, refuses what comes, and closes the connection after its answer', async () => {
    const own = await startServer(serverConfig(database), { log: silentLog });
    const pending = await halfARequest(own.url);
    const closing = own.close();
    await expect(fetch(`${own.url}/health/live`)).rejects.toThrow();
    pending.finish();
    const answeredAt = performance.now();
    await pending.closed;
    expect(performance.now() - answeredAt).toBeLessThan(1_000);
    expect(statusOf(pending.answer())).toBe(400);
    await closing;
  });

  test('idle connections do not hold it up, and closing twice is closing once', async () => {
    const own = await startServer(serverConfig(database), { log: silentLog });
    await (await fetch(`${own.url}/health/live`)).text();
    const startedAt = performance.now();
    await Promise.all([own.close(), own.close()]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test('whoever does not come to an end is cut off', async () => {
    const own = await startServer(serverConfig(database), { log: silentLog, drainMs: 200 });
    const pending = await halfARequest(own.url);
    const startedAt = performance.now();
    await own.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await pending.closed;
    expect(pending.answer()).toBe('');
  });

  test('a taken port is an error, with nothing left open', async () => {
    const { port } = new URL(server.url);
    const config = serverConfig(database, { PORT: port });
    await expect(startServer(config, { log: silentLog })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
