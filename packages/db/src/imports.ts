import { type RawBuilder, sql } from 'kysely';
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

export type ImportFormat = 'ndjson' | 'csv' | 'shopify' | 'woocommerce' | 'medusa' | 'google';

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
  job: Pick<ImportJobRow, 'id' | 'kind' | 'sourceHash' | 'options'> & {
    format: ImportFormat | null;
    fileName: string | null;
    actor: object;
    at: Date;
  },
): Promise<ImportJobRow> {
  const { rows } = await sql<ImportJobRow>`
    insert into import_jobs (id, kind, source_hash, options, format, file_name, status, actor, created_at)
    values (${job.id}, ${job.kind}, ${job.sourceHash}, ${JSON.stringify(job.options)}::jsonb, ${job.format},
      ${job.fileName}, 'running',
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

/** A row's id and its number in the file. */
export interface ImportedRow {
  externalId: string;
  row: number;
}

/**
 * Notes that rows of a job are in, and answers those whose id another row of it has, with that row's number. The caller
 * holds the lock of the catalog's structure.
 */
export async function insertImportRows(
  tx: Tx,
  input: { jobId: string; rows: readonly ImportedRow[] },
): Promise<ImportedRow[]> {
  const ids = input.rows.map(({ externalId }) => externalId);
  const { rows } = await sql<ImportedRow>`
    with taken as (
      select external_id, row from import_rows
      where job_id = ${input.jobId} and external_id = any(${ids}::text[])
    ), added as (
      insert into import_rows (job_id, external_id, row)
      select ${input.jobId}, new.external_id, new.row
      from unnest(${ids}::text[], ${input.rows.map(({ row }) => row)}::integer[]) as new (external_id, row)
      where new.external_id not in (select external_id from taken)
    )
    select external_id, row from taken
  `.execute(sqlOf(tx));
  return rows;
}

/** An import as staff see it in the list. */
export interface ImportJobLine {
  id: string;
  format: ImportFormat | null;
  fileName: string | null;
  status: ImportJobRow['status'];
  dryRun: boolean;
  actor: unknown;
  rowCount: number;
  created: number;
  updated: number;
  unchanged: number;
  drafts: number;
  failed: number;
  createdAt: Date;
  completedAt: Date | null;
}

/** The newest first. The row after `limit` is there when there is more. */
export async function listImportJobs(
  reader: Reader,
  query: { before: string | null; limit: number },
): Promise<ImportJobLine[]> {
  return jobLines(reader, sql`${query.before}::uuid is null or id < ${query.before}::uuid`, query.limit + 1);
}

export async function findImportJob(reader: Reader, query: { id: string }): Promise<ImportJobLine | undefined> {
  const [job] = await jobLines(reader, sql`id = ${query.id}`, 1);
  return job;
}

async function jobLines(reader: Reader, condition: RawBuilder<unknown>, limit: number): Promise<ImportJobLine[]> {
  const { rows } = await sql<ImportJobLine>`
    select j.id, j.format, j.file_name, j.status, coalesce((j.options ->> 'dryRun')::boolean, false) as dry_run, j.actor,
      b.row_count, b.created, b.updated, b.unchanged, b.drafts, b.failed, j.created_at, j.completed_at
    from (select * from import_jobs where ${condition} order by id desc limit ${limit}) j,
      lateral (
        select coalesce(sum(row_count), 0)::int as row_count,
          coalesce(sum((result ->> 'created')::int), 0)::int as created,
          coalesce(sum((result ->> 'updated')::int), 0)::int as updated,
          coalesce(sum((result ->> 'unchanged')::int), 0)::int as unchanged,
          coalesce(sum((result ->> 'drafts')::int), 0)::int as drafts,
          coalesce(sum((result ->> 'failed')::int), 0)::int as failed
        from import_batches where job_id = j.id
      ) b
    order by j.id desc
  `.execute(sqlOf(reader));
  return rows;
}

/** What was wrong with a row of an import, or odd about it. */
export interface ImportFinding {
  kind: 'error' | 'warning';
  row: number;
  column: string | null;
  code: string | null;
  message: string;
  /** Where it stands in the list. */
  batch: number;
  position: number;
}

/** In the order of the file, after a place. The one after `limit` is there when there is more. */
export async function listImportFindings(
  reader: Reader,
  query: { jobId: string; after: { batch: number; position: number } | null; limit: number },
): Promise<ImportFinding[]> {
  const { batch = -1, position = 0 } = query.after ?? {};
  const { rows } = await sql<ImportFinding>`
    select f.value ->> 'kind' as kind, (f.value ->> 'row')::int as row, f.value ->> 'column' as column,
      f.value ->> 'code' as code, f.value ->> 'message' as message, b.batch, f.position::int as position
    from import_batches b,
      lateral (
        select value, row_number() over (order by (value ->> 'row')::int, value ->> 'kind', ordinality) as position
        from (
          select value || '{"kind": "error"}' as value, ordinality
          from jsonb_array_elements(b.result -> 'errors') with ordinality
          union all
          select value || '{"kind": "warning"}', ordinality
          from jsonb_array_elements(b.result -> 'warnings') with ordinality
        ) both_kinds
      ) f
    where b.job_id = ${query.jobId} and b.batch >= ${batch} and (b.batch, f.position) > (${batch}, ${position})
    order by b.batch, f.position
    limit ${query.limit + 1}
  `.execute(sqlOf(reader));
  return rows;
}

/** Ends a running job. False when it was not running. */
export async function transitionImportJobCompleted(tx: Tx, job: { id: string; at: Date }): Promise<boolean> {
  const result = await sqlOf(tx)
    .updateTable('importJobs')
    .set({ status: 'completed', completedAt: job.at })
    .where('id', '=', job.id)
    .where('status', '=', 'running')
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await sqlOf(tx).deleteFrom('importRows').where('jobId', '=', job.id).execute();
  return true;
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
