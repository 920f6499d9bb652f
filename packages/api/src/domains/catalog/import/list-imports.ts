import { imports } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { errorsOf } from '../../../kit/domain-error.ts';
import { decodeCursor, encodeCursor, pageErrors } from '../../../kit/page.ts';
import { catalogErrors } from '../errors.ts';
import type { ImportJob, ImportJobInput, ImportJobList, ImportJobListInput, ImportJobReport } from './schema.ts';

const refuse = errorsOf({ ...catalogErrors, ...pageErrors });
const JOBS = 'imports';
const FINDINGS = 'import-findings';

/** The imports there were, the newest first. Refuses with `cursor_invalid`. */
export async function listImports(ctx: Ctx, input: ImportJobListInput): Promise<ImportJobList> {
  const { limit, cursor } = input;
  const [before] = cursor === undefined ? [null] : decodeCursor(cursor, JOBS, ['uuid'] as const);
  const rows = await imports.listImportJobs(ctx.db, { before, limit });
  const items = rows.slice(0, limit).map(toJob);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(JOBS, [last.id]) : null };
}

/** An import and a page of what was wrong with its rows. Refuses with `import_not_found`, `cursor_invalid`. */
export async function findImport(ctx: Ctx, input: ImportJobInput): Promise<ImportJobReport> {
  const { jobId, limit, cursor } = input;
  const after = cursor === undefined ? null : placeOf(cursor);
  const job = await imports.findImportJob(ctx.db, { id: jobId });
  if (!job) throw refuse('import_not_found');
  const rows = await imports.listImportFindings(ctx.db, { jobId, after, limit });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    job: toJob(job),
    items: page.map(({ batch: _, position: __, ...finding }) => finding),
    nextCursor: rows.length > limit && last ? encodeCursor(FINDINGS, [last.batch, last.position]) : null,
  };
}

function placeOf(cursor: string): { batch: number; position: number } {
  const [batch, position] = decodeCursor(cursor, FINDINGS, ['number', 'number'] as const);
  const isPlace = [batch, position].every((each) => Number.isInteger(each) && each >= 0 && each <= 2 ** 31 - 1);
  if (!isPlace) throw refuse('cursor_invalid');
  return { batch, position };
}

function toJob(line: imports.ImportJobLine): ImportJob {
  return { ...line, actor: line.actor as ImportJob['actor'] };
}
