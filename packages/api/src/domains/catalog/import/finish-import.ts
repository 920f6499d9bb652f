import { imports } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { type FinishedImport, type FinishImportInput, type ImportBatchResult, ImportOptions } from './schema.ts';

/** Ends an import and answers what it came to; once more when it has ended before. Refuses with `import_not_found`. */
export async function finishImport(ctx: Ctx, input: FinishImportInput): Promise<FinishedImport> {
  const finished = await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const wasRunning = await imports.transitionImportJobCompleted(tx, { id: input.jobId, at: now });
    const job = await imports.lockImportJob(tx, { id: input.jobId });
    if (!job) throw refuse('import_not_found');
    const totals = { rowCount: 0, created: 0, updated: 0, unchanged: 0, drafts: 0, failed: 0 };
    for (const batch of await imports.listImportBatches(tx, { jobId: job.id })) {
      const result = batch.result as ImportBatchResult;
      totals.rowCount += batch.rowCount;
      for (const key of ['created', 'updated', 'unchanged', 'drafts', 'failed'] as const) totals[key] += result[key];
    }
    if (wasRunning) await audit(txCtx, { action: 'import.finished', target: `import:${job.id}`, detail: totals });
    const { dryRun } = ImportOptions.parse(job.options);
    return { hasWritten: wasRunning && !dryRun, answer: { jobId: job.id, ...totals } };
  });
  if (finished.hasWritten && finished.answer.created + finished.answer.updated > 0) {
    await inTransaction(ctx, ({ tx }) => imports.saveCatalogStatistics(tx));
  }
  return finished.answer;
}
