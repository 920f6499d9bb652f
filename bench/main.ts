import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../packages/db/src/testing/embedded-postgres.ts';
import type { Bench, Report } from './bench.ts';
import { type BenchConfig, type MeasurementName, readConfig } from './config.ts';
import { measureAuthenticated } from './measurements/authenticated.ts';
import { measureAddToCart } from './measurements/cart.ts';
import { loadCatalog, measureImport } from './measurements/import.ts';
import { measureLoginStorm } from './measurements/login-storm.ts';
import { measureAfterLoad, measureIdle } from './measurements/memory.ts';
import { measurePurchase } from './measurements/purchase.ts';
import { measureRefresh } from './measurements/refresh.ts';
import { measureRoute } from './measurements/routes.ts';
import { measureSearch } from './measurements/search.ts';
import { countStatements } from './measurements/statements.ts';
import { type Circumstances, markdown, saveReport } from './print-report.ts';
import { runToEnd } from './processes.ts';
import { chooseSamples } from './samples.ts';
import { type StoreOptions, startStore, storeEnvironment } from './store.ts';
import { SYNTHETIC_ROWS, writeSyntheticCatalog } from './synthetic-catalog.ts';

type Measure = (bench: Bench) => Promise<Report>;

const categoryPage = ({ samples }: Bench): string => `/v1/products?category=${samples.category.slug}&currency=USD`;
const productPage = ({ samples }: Bench): string => `/v1/products/${samples.productSlug}?currency=USD`;

const route =
  (name: string, path: (bench: Bench) => string, target: number): Measure =>
  (bench) =>
    measureRoute(bench, { name, path: path(bench), target });

/** Each kind of store with what is measured on it, in order. */
const STORES: { options: StoreOptions; measures: Partial<Record<MeasurementName, Measure>> }[] = [
  {
    options: {},
    measures: {
      idle: measureIdle,
      category: route('Category page of 24', categoryPage, 8),
      product: route('Product detail', productPage, 6),
      cached: (bench) =>
        measureRoute(bench, {
          name: 'Category page of 24, cached',
          path: categoryPage(bench),
          against: 'a text behind the same middleware',
          target: 1.5,
        }),
      known: (bench) =>
        measureRoute(bench, { name: 'Category page of 24, 304', path: categoryPage(bench), known: true }),
      cart: measureAddToCart,
      statements: countStatements,
      purchase: (bench) => measurePurchase(bench, 'manual'),
      refresh: measureRefresh,
      storm: measureLoginStorm,
    },
  },
  {
    options: { anew: true },
    measures: {
      'category-anew': route('Category page of 24, read anew', categoryPage, 4),
      'product-anew': route('Product detail, read anew', productPage, 4),
      search: measureSearch,
      authenticated: measureAuthenticated,
    },
  },
  { options: { stripe: true }, measures: { stripe: (bench) => measurePurchase(bench, 'stripe') } },
];

const config = readConfig(process.argv.slice(2), process.env);
const startedAt = new Date();
const log = (line: string): void =>
  console.log(`${((Date.now() - startedAt.getTime()) / 1000).toFixed(0).padStart(4)} s  ${line}`);
const loadBefore = loadavg()[0] ?? 0;
await takeDataDir(config);
const catalog = await findCatalog(config);
const database = await startEmbeddedPostgres({
  dataDir: join(config.dataDir, 'postgres'),
  persistent: true,
  durable: true,
});
const pool = new pg.Pool({ connectionString: database.url, max: 2 });
let report: Report;
try {
  report = await measureAll();
} finally {
  await pool.end();
  await database.stop();
  await rm(join(config.dataDir, 'bench.pid'), { force: true });
}
const about: Circumstances = {
  startedAt,
  seconds: (Date.now() - startedAt.getTime()) / 1000,
  catalog: catalog.description,
  loadBefore,
  loadAfter: loadavg()[0] ?? 0,
};
const text = markdown(config, report, about);
console.log(`\n${text}`);
if (config.whole) console.log(`Saved as ${await saveReport(config, { text, report, about })}`);

/** Two benchmarks at once would measure each other, and the second would empty the folder of the first. */
async function takeDataDir({ dataDir, whole }: BenchConfig): Promise<void> {
  const lock = join(dataDir, 'bench.pid');
  const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (owner > 0 && existsSync(`/proc/${owner}`)) {
    console.error(`A benchmark is running in ${dataDir} (process ${owner}).`);
    process.exit(75);
  }
  if (whole) await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await writeFile(lock, String(process.pid));
}

async function measureAll(): Promise<Report> {
  const all: Report = { rows: [], details: {} };
  const add = ({ rows, details }: Report): void => {
    all.rows.push(...rows);
    Object.assign(all.details, details);
  };
  const databaseUrl = database.url;
  await runToEnd({
    script: join(config.root, 'apps/admin-cli/src/main.ts'),
    args: ['ops', 'setup'],
    env: storeEnvironment(config, databaseUrl),
    cwd: config.root,
  });
  log('database is set up');
  if (config.names.includes('import')) {
    const load = config.products === undefined ? measureImport : loadCatalog;
    add(await load({ config, file: catalog.file, databaseUrl, databasePid: database.pid, pool, log }));
  }
  for (const { options, measures } of STORES) {
    const chosen = config.names.flatMap((name) => measures[name] ?? []);
    if (chosen.length > 0) add(await withStore(options, chosen));
  }
  return all;
}

/** Runs measurements against a store that is started for them. */
async function withStore(options: StoreOptions, measures: readonly Measure[]): Promise<Report> {
  const samples = await chooseSamples(pool);
  const store = await startStore(config, { databaseUrl: database.url, ...options });
  const bench: Bench = { config, databaseUrl: database.url, databasePid: database.pid, pool, store, samples, log };
  const reports: Report[] = [];
  try {
    for (const measure of measures) reports.push(await measure(bench));
    if (config.whole && Object.keys(options).length === 0) reports.push(await measureAfterLoad(bench));
  } finally {
    await store.stop();
  }
  return {
    rows: reports.flatMap(({ rows }) => rows),
    details: Object.assign({}, ...reports.map(({ details }) => details)),
  };
}

async function findCatalog({
  sharedDir,
  dataDir,
  products,
}: BenchConfig): Promise<{ file: string; description: string }> {
  const real = join(sharedDir, 'data', 'catalog.ndjson.gz');
  if (products === undefined && existsSync(real))
    return { file: real, description: 'the real one (catalog.ndjson.gz)' };
  const file = join(dataDir, 'synthetic.ndjson.gz');
  const count = products ?? SYNTHETIC_ROWS;
  if (!existsSync(file)) await writeSyntheticCatalog(file, count);
  const why = products === undefined ? ', because CARTWRIGHT_SHARED names none' : '';
  const description = `synthetic, ${count.toLocaleString('en-US')} products${why}`;
  return { file, description };
}
