import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { access, chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { createTestDatabase } from './index.ts';
import { isAlive, readPostmaster } from './postmaster-file.ts';

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cartwright-pg-test-'));
  await chmod(directory, 0o755);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

describe('startEmbeddedPostgres', () => {
  it('keeps its data over stop and start, asks for a password and serves UTF-8', async () => {
    const options = { dataDir: join(directory, 'kept'), persistent: true, durable: true };
    const first = await startEmbeddedPostgres(options);
    expect(await query(first.url, 'show server_encoding')).toEqual(['UTF8']);
    expect(await query(first.url, "select lower('ÄÖŁ')")).toEqual(['äöł']);
    await query(first.url, 'create table kept as select 7 as n');
    const anonymous = new URL(first.url);
    anonymous.password = 'wrong';
    await expect(query(anonymous.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await first.stop();
    expect(await readPostmaster(options.dataDir)).toBeUndefined();
    // A lock file of a process id that now belongs to some other program, as after a reboot.
    await writeFile(
      join(options.dataDir, 'postmaster.pid'),
      `${process.ppid}\n${options.dataDir}\n0\n1\n\n\n\nready\n`,
    );
    const second = await startEmbeddedPostgres(options);
    expect(await query(second.url, 'select n from kept')).toEqual([7]);
    await second.stop();
  });

  it('refuses a directory that another live process owns, and replaces what a killed one left', async () => {
    const options = { dataDir: join(directory, 'left'), persistent: true, durable: false };
    const owner = spawnOwner(options);
    const [line] = await once(owner.stdout, 'data');
    const left = await readPostmaster(options.dataDir);
    expect(String(line)).toContain('postgres://');
    await expect(startEmbeddedPostgres(options)).rejects.toThrow(`process ${owner.pid} is already running`);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const next = await startEmbeddedPostgres(options);
    expect(left?.pid !== undefined && isAlive(left.pid)).toBe(false);
    expect(await query(next.url, 'select 1')).toEqual([1]);
    await next.stop();
  });

  it('a cluster that is not persistent disappears with its killed owner', async () => {
    const options = { dataDir: join(directory, 'gone'), persistent: false, durable: false };
    const owner = spawnOwner(options);
    await once(owner.stdout, 'data');
    const left = await readPostmaster(options.dataDir);
    owner.kill('SIGKILL');
    for (let i = 0; i < 200 && (await exists(options.dataDir)); i += 1) await sleep(25);
    expect(left?.pid !== undefined && isAlive(left.pid)).toBe(false);
    expect(await exists(options.dataDir)).toBe(false);
  });

  it('says what PostgreSQL said when it cannot start', async () => {
    const dataDir = join(directory, 'broken');
    const options = { dataDir, persistent: true, durable: false };
    await (await startEmbeddedPostgres(options)).stop();
    await writeFile(join(dataDir, 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(startEmbeddedPostgres(options)).rejects.toThrow('no_such_setting');
    expect(await readFile(join(dataDir, 'server.log'), 'utf8')).toContain('no_such_setting');
  });
});

it('a test database is a migrated clone of its own', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const tables = "select count(*)::int from pg_tables where schemaname = 'public'";
  expect((await query(one.url, tables))[0]).toBeGreaterThan(5);
  await query(one.url, 'create table only_here (n int)');
  expect(await query(two.url, "select to_regclass('only_here')::text")).toEqual([null]);
  await Promise.all([one.drop(), two.drop()]);
  await expect(query(one.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
});

function spawnOwner(options: Parameters<typeof startEmbeddedPostgres>[0]) {
  const module = join(import.meta.dirname, 'embedded-postgres.ts');
  const code = `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    console.log((await startEmbeddedPostgres(${JSON.stringify(options)})).url);
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '-e', code];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
