import { request } from 'node:http';
import { connect } from 'node:net';
import { silentLog } from '@cartwright/api/testing';
import { createTestDatabase, type TestDatabase } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../src/index.ts';
import { serverConfig } from './server-config.ts';

/** Guesses over real connections to a real server, with real hashes, at the default limits. */
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

const TRIES = 30;
const bodyOf = (n: number): string => JSON.stringify({ email: `person${n}@example.com`, password: `wrong ${n}` });

function requestOf(n: number): string {
  const body = bodyOf(n);
  const head = ['POST /v1/auth/login HTTP/1.1', 'Host: shop', `X-Forwarded-For: 203.0.113.${n}`];
  const more = ['Content-Type: application/json', `Content-Length: ${body.length}`];
  return `${[...head, ...more].join('\r\n')}\r\n\r\n${body}`;
}

/** Writes all of `text` from one of this machine's addresses, and answers the statuses once there are as many. */
function write(text: string, { from, answers }: { from: string; answers: number }): Promise<number[]> {
  const { hostname, port } = new URL(server.url);
  return new Promise((done, fail) => {
    let said = '';
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    const statuses = (): number[] => [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (statuses().length >= answers) socket.destroy();
    });
    socket.on('error', fail).on('close', () => done(statuses()));
    socket.write(text);
  });
}

function countOf(statuses: readonly number[], status: number): number {
  return statuses.filter((each) => each === status).length;
}

// What waits for its turn to be hashed for too long is 503: not let through either.
function expectTen(statuses: readonly number[]): void {
  expect(statuses).toHaveLength(TRIES);
  expect(countOf(statuses, 401)).toBeLessThanOrEqual(10);
  expect(countOf(statuses, 401)).toBeGreaterThan(0);
  expect(countOf(statuses, 401) + countOf(statuses, 429) + countOf(statuses, 503)).toBe(TRIES);
}

const all = Array.from({ length: TRIES }, (_, n) => n);

test('thirty guesses that are pipelined into one connection are ten', async () => {
  expectTen(await write(all.map(requestOf).join(''), { from: '127.0.0.2', answers: TRIES }));
});

test('thirty connections at once are ten guesses', async () => {
  const statuses = await Promise.all(all.map((n) => write(requestOf(n), { from: '127.0.0.3', answers: 1 })));
  expectTen(statuses.flat());
});

test('one connection after the other, each kept alive for three, are ten guesses', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < TRIES; n += 3) {
    const three = [n, n + 1, n + 2].map(requestOf).join('');
    statuses.push(...(await write(three, { from: '127.0.0.4', answers: 3 })));
  }
  expectTen(statuses);
});

test('a body that comes in pieces is one guess', async () => {
  const { port } = new URL(server.url);
  const slowly = (n: number): Promise<number> =>
    new Promise((done, fail) => {
      const options = { host: '127.0.0.1', port, localAddress: '127.0.0.5', method: 'POST', path: '/v1/auth/login' };
      const call = request({ ...options, headers: { 'content-type': 'application/json' } }, (answer) => {
        answer.resume().on('end', () => done(answer.statusCode ?? 0));
      });
      call.on('error', fail);
      for (const character of bodyOf(n)) call.write(character);
      call.end();
    });
  expectTen(await Promise.all(all.map(slowly)));
});
