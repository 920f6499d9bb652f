import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface ImportJobRow {
  id: string;
  kind: 'products';
  /** Fingerprint of the file. */
  sourceHash: string;
  options: unknown;
  status: 'running' | 'completed';
}

/** A batch and what its rows came to, as it was answered. */
export interface ImportBatchRow {
  jobId: string;
  batch: number;
  rowCount: number;
  requestHash: string;
  result: unknown;
}

/** Starts a job, or answers the running one of the same file and options. */
export async function insertImportJob(
  tx: Tx,
  job: Pick<ImportJobRow, 'id' | 'kind' | 'sourceHash' | 'options'> & { actor: object; at: Date },
): Promise<ImportJobRow> {
  const { rows } = await sql<ImportJobRow>`
    insert into import_jobs (id, kind, source_hash, options, status, actor, created_at)
    values (${job.id}, ${job.kind}, ${job.sourceHash}, ${JSON.stringify(job.options)}::jsonb, 'running',
      ${JSON.stringify(job.actor)}::jsonb, ${job.at})
    on conflict (kind, source_hash, options) where status = 'running' do update set status = excluded.status
    returning id, kind, source_hash, options, status
  `.execute(sqlOf(tx));
  const [row] = rows;
  if (!row) throw new Error('No import job was written.');
  return row;
}

/** Keeps the job from being finished while a batch of it is at work. */
export async function lockImportJob(tx: Tx, query: { id: string }): Promise<ImportJobRow | undefined> {
  const { rows } = await sql<ImportJobRow>`
    select id, kind, source_hash, options, status from import_jobs where id = ${query.id} for share
  `.execute(sqlOf(tx));
  return rows[0];
}

export async function findImportBatch(
  reader: Reader,
  query: { jobId: string; batch: number },
): Promise<ImportBatchRow | undefined> {
  return sqlOf(reader)
    .selectFrom('importBatches')
    .select(['jobId', 'batch', 'rowCount', 'requestHash', 'result'])
    .where('jobId', '=', query.jobId)
    .where('batch', '=', query.batch)
    .executeTakeFirst();
}

/** The batches that are in, in order. */
export async function listImportBatches(reader: Reader, query: { jobId: string }): Promise<ImportBatchRow[]> {
  return sqlOf(reader)
    .selectFrom('importBatches')
    .select(['jobId', 'batch', 'rowCount', 'requestHash', 'result'])
    .where('jobId', '=', query.jobId)
    .orderBy('batch')
    .limit(100_000)
    .execute();
}

export async function insertImportBatch(tx: Tx, batch: ImportBatchRow & { at: Date }): Promise<void> {
  const { at, result, ...row } = batch;
  await sqlOf(tx)
    .insertInto('importBatches')
    .values({ ...row, result: JSON.stringify(result), createdAt: at })
    .execute();
}

/** Ends a running job. False when it was not running. */
export async function transitionImportJobCompleted(tx: Tx, job: { id: string; at: Date }): Promise<boolean> {
  const result = await sqlOf(tx)
    .updateTable('importJobs')
    .set({ status: 'completed', completedAt: job.at })
    .where('id', '=', job.id)
    .where('status', '=', 'running')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Gives the planner the figures of what an import has written, and search its whole index. */
export async function saveCatalogStatistics(tx: Tx): Promise<void> {
  const kysely = sqlOf(tx);
  await sql`select gin_clean_pending_list('search_documents_document_idx')`.execute(kysely);
  await sql`
    analyze categories, attributes, products, product_categories, variants, prices, listing, facet_values,
      search_documents, stock_levels
  `.execute(kysely);
}
