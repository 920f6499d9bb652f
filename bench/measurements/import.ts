import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import type { Report } from '../bench.ts';
import type { BenchConfig } from '../config.ts';
import { whole } from '../format.ts';
import { cpuMicros, databaseCpuMicros, residentBytes, runToEnd } from '../processes.ts';
import { ADMIN, type RunningStore, startStore, storeEnvironment } from '../store.ts';

const TARGET = 1_000;
const TARGET_MB = 300;
const SAMPLE_MS = 50;
const SHOPIFY_DATABASE = 'bench_shopify';

interface Import {
  config: BenchConfig;
  file: string;
  databaseUrl: string;
  /** The postmaster. */
  databasePid: number;
  pool: pg.Pool;
  log: (line: string) => void;
}

/** Imports the file once, for what is measured on it. */
export async function loadCatalog(bench: Import): Promise<Report> {
  const report: Report = { rows: [], details: {} };
  const rows = await countRows(bench.file);
  const args = ['import', 'products', bench.file];
  await withStore(bench.config, bench.databaseUrl, (store) =>
    measureCli(bench, { store, report, name: 'Import', args, rows, target: true }),
  );
  return report;
}

/**
 * Imports the file twice through the CLI, exports all products, and imports the export, as Shopify's CSV, into an empty
 * database; one run of each, for it is long enough.
 */
export async function measureImport(bench: Import): Promise<Report> {
  const { config, file, databaseUrl, pool } = bench;
  const report: Report = { rows: [], details: {} };
  const rows = await countRows(file);
  const csv = join(config.dataDir, 'shopify.csv');
  const ndjson = join(config.dataDir, 'export.ndjson');
  await withStore(config, databaseUrl, async (store) => {
    const run = (name: string, args: string[], target = false) =>
      measureCli(bench, { store, report, name, args, rows, target });
    await run('Import, first run', ['import', 'products', file], true);
    await run('Import, second run', ['import', 'products', file]);
    await run('Export, NDJSON', ['export', 'products', ndjson]);
    await run('Export, Shopify CSV', ['export', 'products', csv, '--format', 'shopify', '--currency', 'USD']);
    await run('Import of the NDJSON export', ['import', 'products', ndjson]);
    await run('Dry run of the Shopify CSV', ['import', 'products', csv, '--currency', 'USD', '--dry-run']);
  });
  await pool.query(`drop database if exists ${SHOPIFY_DATABASE} with (force)`);
  await pool.query(`create database ${SHOPIFY_DATABASE}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${SHOPIFY_DATABASE}`;
  await runToEnd({
    script: join(config.root, 'apps/admin-cli/src/main.ts'),
    args: ['ops', 'setup'],
    env: storeEnvironment(config, url.href),
    cwd: config.root,
  });
  await withStore(config, url.href, async (store) => {
    const args = ['import', 'products', csv, '--currency', 'USD'];
    await measureCli(bench, { store, report, name: 'Import, Shopify CSV', args, rows, target: true });
  });
  await pool.query(`drop database ${SHOPIFY_DATABASE} with (force)`);
  return report;
}

async function withStore(
  config: BenchConfig,
  databaseUrl: string,
  body: (store: RunningStore) => Promise<void>,
): Promise<void> {
  const store = await startStore(config, { databaseUrl });
  try {
    await body(store);
  } finally {
    await store.stop();
  }
}

interface Measured {
  store: RunningStore;
  report: Report;
  name: string;
  args: string[];
  rows: number;
  target: boolean;
}

async function measureCli(
  { config, databasePid, log }: Import,
  { store, report, name, args, rows, target }: Measured,
): Promise<void> {
  const peaks = { cliMb: 0, serverMb: 0 };
  let cli: number | undefined;
  const timer = setInterval(async () => {
    if (cli !== undefined) peaks.cliMb = Math.max(peaks.cliMb, await megabytes(cli));
    peaks.serverMb = Math.max(peaks.serverMb, await megabytes(store.server.pid));
  }, SAMPLE_MS);
  const cpu = async (): Promise<number[]> => [await cpuMicros(store.server.pid), await databaseCpuMicros(databasePid)];
  const [serverBefore = 0, databaseBefore = 0] = await cpu();
  const startedAt = performance.now();
  const output = await runToEnd({
    script: join(config.root, 'apps/admin-cli/src/main.ts'),
    args,
    env: {
      PATH: process.env['PATH'],
      HOME: config.dataDir,
      NODE_COMPILE_CACHE: join(config.dataDir, 'compile-cache'),
      CARTWRIGHT_URL: store.url,
      CARTWRIGHT_EMAIL: ADMIN.email,
      CARTWRIGHT_PASSWORD: ADMIN.password,
    },
    cwd: config.root,
    onStart: (pid) => {
      cli = pid;
    },
  }).finally(() => clearInterval(timer));
  const seconds = (performance.now() - startedAt) / 1000;
  const [serverAfter = 0, databaseAfter = 0] = await cpu();
  const cpuSeconds = { server: (serverAfter - serverBefore) / 1e6, database: (databaseAfter - databaseBefore) / 1e6 };
  const perSecond = rows / seconds;
  const counts = output.trimEnd().split('\n').at(-1) ?? '';
  const memory = `CLI ${whole(peaks.cliMb)} MB, server ${whole(peaks.serverMb)} MB`;
  const used = `CPU server ${cpuSeconds.server.toFixed(1)} s, database ${cpuSeconds.database.toFixed(1)} s`;
  log(`${name}: ${whole(perSecond)} products/s; ${counts}; ${memory}; ${used}`);
  report.rows.push({
    name: `${name}: products a second`,
    value: `${whole(perSecond)} /s (${seconds.toFixed(1)} s; ${counts})`,
    ...(target && { target: `≥ ${whole(TARGET)}`, met: perSecond >= TARGET }),
  });
  if (target) {
    report.rows.push({
      name: `${name}: resident memory at most`,
      value: memory,
      target: `≤ ${TARGET_MB} MB each`,
      met: peaks.cliMb <= TARGET_MB && peaks.serverMb <= TARGET_MB,
    });
  }
  report.details[name] = { rows, seconds, perSecond, counts, ...peaks, cpuSeconds };
}

async function megabytes(pid: number): Promise<number> {
  const bytes = await residentBytes(pid);
  return Number.isFinite(bytes) ? bytes / 1024 / 1024 : 0;
}

async function countRows(file: string): Promise<number> {
  const bytes = createReadStream(file);
  const lines = createInterface({ input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes });
  let count = 0;
  for await (const line of lines) if (line !== '') count += 1;
  return count;
}
