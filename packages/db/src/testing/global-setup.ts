import { mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { startRedisServer } from './redis-server.ts';
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
  return (await startRedisServer()) ?? { url: '', stop: () => undefined };
}
