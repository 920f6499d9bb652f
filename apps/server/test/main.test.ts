import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@cartwright/db/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { killAll, run } from './process.ts';
import { serverEnvironment } from './server-config.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(killAll);
afterAll(() => database.drop());

test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens, serves, and leaves with 0 on %s', async (signal) => {
  const server = run('main.ts', serverEnvironment(database));
  const { url } = await server.line('listening');
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  server.child.kill(signal);
  expect(await server.exited).toBe(0);
  expect(server.lines.map((line) => JSON.parse(line).msg)).toEqual(['listening', 'stopping', 'stopped']);
  expect(server.stderr()).toBe('');
});

test('leaves when the process that started it is gone', async () => {
  const server = run('main.ts', serverEnvironment(database), { ipc: true });
  await server.line('listening');
  server.child.disconnect();
  expect(await server.exited).toBe(0);
});

test('an idle server stays under 200 MB', async () => {
  const server = run('main.ts', serverEnvironment(database));
  const { url } = await server.line('listening');
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  const megabytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  expect(megabytes).toBeLessThan(process.env['NODE_V8_COVERAGE'] ? 300 : 200);
});

test('wrong settings are named, with exit code 78', async () => {
  const server = run('main.ts', { ...serverEnvironment(database), PORT: 'http', AUTH_SECRET: 'short' });
  expect(await server.exited).toBe(78);
  expect(server.stderr()).toContain('PORT: ');
  expect(server.stderr()).toContain('AUTH_SECRET: ');
  expect(server.stderr()).not.toContain('    at ');
});

test('a taken port is explained, with exit code 1', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as { port: number };
  const server = run('main.ts', { ...serverEnvironment(database), PORT: String(port) });
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toBe(
    `Port ${port} on 127.0.0.1 is already in use. Stop the other program, or choose another PORT.\n`,
  );
  await new Promise((done) => other.close(done));
});

test('an address of another machine is explained', async () => {
  const server = run('main.ts', { ...serverEnvironment(database), HOST: '203.0.113.1' });
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toBe('HOST=203.0.113.1 is not an address of this machine.\n');
});

test('an unreachable database is explained', async () => {
  const server = run('main.ts', { ...serverEnvironment(database), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  expect(await server.exited).toBe(1);
  expect(server.stderr()).toMatch(/^The server could not start: /);
});
