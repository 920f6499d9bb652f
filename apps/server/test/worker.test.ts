import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrator, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { fillStore, STAFF_ID } from './filled-store.ts';
import { killAll, run } from './process.ts';
import { serverEnvironment } from './server-config.ts';

let runtime: TestRuntime;
let folder: string;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  folder = await mkdtemp(join(tmpdir(), 'cartwright-worker-'));
  const staff = administrator(STAFF_ID);
  const accessTokens = { ...runtime.accessTokens, verify: async () => staff };
  await fillStore(createApp({ ...runtime, accessTokens }), runtime);
});
afterEach(killAll);
afterAll(async () => {
  await runtime.dispose();
  await rm(folder, { recursive: true });
});

const environment = () => ({ ...serverEnvironment({ url: runtime.databaseUrl }), MAIL_DIR: folder });

test('mails what was ordered before it ran, and leaves with 0 on SIGTERM', async () => {
  const { child, line, exited } = run('worker.ts', environment());
  await line('worker started');
  await expect.poll(() => readdir(folder), { timeout: 20_000 }).toHaveLength(1);
  const [name = ''] = await readdir(folder);
  expect(await readFile(join(folder, name), 'utf8')).toContain('Subject: Your order');
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});

test('leaves when its supervisor is gone', async () => {
  const { child, line, exited } = run('worker.ts', environment(), { ipc: true });
  await line('worker started');
  child.disconnect();
  await line('stopped');
  expect(await exited).toBe(0);
});

test('names the settings that are wrong and ends with 78', async () => {
  const { exited, stderr } = run('worker.ts', { ...environment(), AUTH_SECRET: 'short' });
  expect(await exited).toBe(78);
  expect(stderr()).toContain('AUTH_SECRET');
});
