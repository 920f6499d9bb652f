import { imports } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { actorRecord } from '../../../kit/actor.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { ImportBatchResult, StartedImport, StartImportInput } from './schema.ts';

/** Starts an import, or resumes the unfinished one of the same file with the same options. */
export function startImport(ctx: Ctx, input: StartImportInput): Promise<StartedImport> {
  return inTransaction(ctx, async ({ tx, ids, now, actor }) => {
    const job = await imports.insertImportJob(tx, {
      id: ids.uuid(now),
      ...input,
      actor: actorRecord(actor),
      at: now,
    });
    const batches = await imports.listImportBatches(tx, { jobId: job.id });
    return {
      jobId: job.id,
      completedBatches: batches.map(({ batch, rowCount, result }) => {
        const { warnings, errors: _, ...counts } = result as ImportBatchResult;
        return { batch, rowCount, ...counts, warningCount: warnings.length };
      }),
    };
  });
}
