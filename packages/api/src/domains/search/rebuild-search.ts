import type { Ctx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';

/** Has the worker write the whole index anew while searches go on. */
export async function rebuildSearch(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    await txCtx.queue.add(txCtx.tx, 'search.rebuild', {});
    await audit(txCtx, { action: 'search.rebuild_requested', target: 'search:index' });
  });
}
