import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLines } from '../apps/admin-cli/src/import/read-lines.ts';
import {
  appRouter,
  type Ctx,
  closeRuntime,
  createRuntime,
  loadConfig,
  maintainSearch,
  type Runtime,
} from '../packages/api/src/index.ts';
import { migrate, store, transaction } from '../packages/db/src/index.ts';
import { startEmbeddedPostgres } from '../packages/db/src/testing/embedded-postgres.ts';
import { decimal } from './format.ts';
import { type Judged, meanQuality, readJudgments } from './search-quality.ts';

/**
 * `pnpm quality:search --catalog FILE.ndjson[.gz] --judgments FILE.tsv [--source NAME] [--verbose]`: how well search
 * ranks. Loads the catalog into a database of its own, unpriced products too, asks every query of the judgments through
 * the procedure that the API uses, and prints nDCG@10 and recall@100. `--source` keeps the rows whose `source` is NAME.
 */
const HELP = 'pnpm quality:search --catalog FILE.ndjson[.gz] --judgments FILE.tsv [--source NAME] [--verbose]';
const BATCH_ROWS = 500;
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const PAGE = 100;

const { values } = parseArgs({
  options: {
    catalog: { type: 'string' },
    judgments: { type: 'string' },
    source: { type: 'string' },
    verbose: { type: 'boolean' },
  },
});
const { catalog, judgments } = values;
if (catalog === undefined || judgments === undefined) {
  console.error(HELP);
  process.exit(64);
}
await measure(catalog, judgments);

async function measure(catalogFile: string, judgmentsFile: string): Promise<void> {
  const judged = readJudgments(await readFile(judgmentsFile, 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'cartwright-quality-'));
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    persistent: false,
    durable: false,
  });
  try {
    await migrate(postgres.url);
    const config = loadConfig({
      DATABASE_URL: postgres.url,
      AUTH_SECRET: randomBytes(48).toString('base64url'),
      MAIL_DIR: join(folder, 'mail'),
      NODE_ENV: 'test',
    });
    const log = { debug: () => {}, info: () => {}, warn: console.error, error: console.error };
    const runtime = await createRuntime(config, { log });
    try {
      await load(runtime, catalogFile);
      await report(runtime, judged);
    } finally {
      await closeRuntime(runtime);
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function contextOf(runtime: Runtime): Ctx {
  const now = runtime.clock.now();
  const sessionId = runtime.ids.uuid(now);
  return {
    ...runtime,
    actor: {
      kind: 'staff',
      userId: runtime.ids.uuid(now),
      sessionId,
      authenticatedAt: now,
      permissions: ['catalog:import'],
    },
    requestId: runtime.ids.uuid(now),
    now,
    clientAddress: '127.0.0.1',
  };
}

async function load(runtime: Runtime, file: string): Promise<void> {
  const at = runtime.clock.now();
  await transaction(runtime.db, (tx) =>
    store.saveStore(tx, {
      name: 'Quality of search',
      country: 'US',
      currencies: [
        { code: 'USD', pricesIncludeTax: false },
        { code: 'EUR', pricesIncludeTax: true },
      ],
      taxClasses: [{ code: 'standard', name: 'Standard' }],
      locations: [{ id: runtime.ids.uuid(at), code: 'main', name: 'Main', priority: 0 }],
      at,
    }),
  );
  const caller = appRouter.createCaller(contextOf(runtime));
  const { jobId } = await caller.catalog.startImport({
    kind: 'products',
    sourceHash: 'quality',
    options: { publishUnpriced: true },
  });
  let rows: unknown[] = [];
  let firstRow = 1;
  let batch = 0;
  let failed = 0;
  const send = async (): Promise<void> => {
    if (rows.length === 0) return;
    const result = await caller.catalog.importBatch({ jobId, batch, firstRow, rows });
    failed += result.failed;
    firstRow += rows.length;
    batch += 1;
    rows = [];
  };
  for await (const { bytes } of readLines(file, { maxLineBytes: MAX_LINE_BYTES })) {
    if (bytes === undefined || bytes.length === 0) continue;
    const row = JSON.parse(bytes.toString('utf8')) as { source?: string };
    if (values.source !== undefined && row.source !== values.source) continue;
    rows.push(row);
    if (rows.length === BATCH_ROWS) await send();
  }
  await send();
  await caller.catalog.finishImport({ jobId });
  await maintainSearch(contextOf(runtime));
  console.log(`${firstRow - 1 - failed} products, ${failed} rows refused`);
}

async function report(runtime: Runtime, judged: Judged[]): Promise<void> {
  const caller = appRouter.createCaller(contextOf(runtime));
  const externalIds = await idsByProduct(runtime);
  const ranked = new Map<string, string[]>();
  for (const { query } of judged) {
    const { items } = await caller.search.products({ q: query.slice(0, 200), currency: 'USD', limit: PAGE });
    ranked.set(
      query,
      items.map(({ id }) => externalIds.get(id) ?? id),
    );
  }
  const { ndcg, recall, each } = meanQuality(judged, ranked);
  if (values.verbose)
    for (const row of each) console.log(`${decimal(row.ndcg, 3)}\t${decimal(row.recall, 3)}\t${row.query}`);
  console.log(`nDCG@10 ${decimal(ndcg, 3)}`);
  console.log(`recall@100 ${decimal(recall, 3)}`);
}

/** Products by the ids that the judgments know them by. */
async function idsByProduct(runtime: Runtime): Promise<Map<string, string>> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: runtime.config.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; external_id: string }>('select id, external_id from products');
  await client.end();
  return new Map(rows.map((row) => [row.id, row.external_id]));
}
