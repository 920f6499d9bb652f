import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from './embedded-postgres.ts';
import { databaseUrl, TEMPLATE_DATABASE } from './test-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The cluster's maintenance database; tests call createTestDatabase() instead. */
    pgUrl: string;
    /** '' when there is no Redis on this machine. */
    redisUrl: string;
  }
}

/** vitest's globalSetup: one PostgreSQL with a migrated template database, and a Redis, for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'cartwright-test-'));
  // mkdtemp gives 0700, which the user that runs PostgreSQL for root could not pass.
  await chmod(directory, 0o755);
  let postgres: EmbeddedPostgres | undefined;
  let redis: { url: string; stop(): void } | undefined;
  const teardown = async (): Promise<void> => {
    redis?.stop();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    postgres = await startEmbeddedPostgres({ dataDir: join(directory, 'pg'), persistent: false, durable: false });
    const adminUrl = databaseUrl(postgres.url, 'postgres');
    await makeTemplate(adminUrl);
    redis = await startRedis();
    project.provide('pgUrl', adminUrl);
    project.provide('redisUrl', redis.url);
  } catch (error) {
    // vitest reports a failed globalSetup as "No test files found" above the cause.
    console.error('global setup failed:', error);
    await teardown();
    throw error;
  }
  return teardown;
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE_DATABASE}`);
    const { migrate } = await import('../migrate.ts');
    await migrate(databaseUrl(adminUrl, TEMPLATE_DATABASE));
    // A connection left open on the template would make every clone fail.
    await admin.query(`alter database ${TEMPLATE_DATABASE} with allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [TEMPLATE_DATABASE]);
    await admin.query('checkpoint');
  } finally {
    await admin.end();
  }
}

async function startRedis(): Promise<{ url: string; stop(): void }> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: () => undefined };
  const binary = onPath('redis-server');
  if (binary === undefined) {
    if (process.env['CI'] === 'true') throw new Error('CI needs a redis-server on the PATH, or REDIS_URL');
    return { url: '', stop: () => undefined };
  }
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(binary, flags, { stdio: 'ignore', cwd: tmpdir() });
  await answersOn(port, child);
  return { url: `redis://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') };
}

function onPath(name: string): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function answersOn(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (child.exitCode !== null) break;
    const open = await new Promise<boolean>((done) => {
      const socket = createConnection(port, '127.0.0.1', () => done(true)).on('error', () => done(false));
      socket.unref();
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(20);
  }
  throw new Error('redis-server did not start');
}
