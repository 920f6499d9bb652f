import { imports, store } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { actorRecord } from '../../../kit/actor.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { ImportBatchResult, StartedImport, StartImportInput } from './schema.ts';

/** Starts an import, or resumes the unfinished one of the same file with the same options. */
export function startImport(ctx: Ctx, input: StartImportInput): Promise<StartedImport> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now, actor } = txCtx;
    const { kind, sourceHash, options, format = null, fileName = null } = input;
    const id = ids.uuid(now);
    const job = await imports.insertImportJob(tx, {
      id,
      kind,
      sourceHash,
      options,
      format,
      fileName,
      actor: actorRecord(actor),
      at: now,
    });
    if (job.id === id) {
      const detail = { format, fileName, dryRun: options.dryRun };
      await audit(txCtx, { action: 'import.started', target: `import:${id}`, detail });
    }
    const batches = await imports.listImportBatches(tx, { jobId: job.id });
    const settings = await store.findStore(tx);
    return {
      jobId: job.id,
      currencies: settings?.currencies.map(({ code }) => code) ?? [],
      completedBatches: batches.map(({ batch, rowCount, result }) => {
        const { warnings, errors: _, ...counts } = result as ImportBatchResult;
        return { batch, rowCount, ...counts, warningCount: warnings.length };
      }),
    };
  });
}
