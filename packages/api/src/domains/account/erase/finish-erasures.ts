import { erasures } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { secondsBefore } from '../../../kit/clock.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { forgetOrders } from './erase-account.ts';

const BATCH = 500;
/** By then no request is at work that began before the erasure. */
const SETTLED_SECONDS = 3600;

/** Housekeeping: takes erased persons out of the orders that have ended since. Answers how many are done with. */
export async function finishErasures(ctx: Ctx): Promise<number> {
  const before = secondsBefore(ctx.now, SETTLED_SECONDS);
  let finished = 0;
  for (let afterId: string | null = null; ; ) {
    const rows: erasures.ErasureRow[] = await erasures.listUnfinishedErasures(ctx.db, {
      before,
      afterId,
      limit: BATCH,
    });
    for (const { userId } of rows) {
      await inTransaction(ctx, async (txCtx) => {
        if ((await forgetOrders(txCtx, userId)) > 0) return;
        await erasures.saveErasureFinished(txCtx.tx, { userId, at: txCtx.now });
        finished += 1;
      });
    }
    const last = rows.at(-1);
    if (rows.length < BATCH || last === undefined) return finished;
    afterId = last.userId;
  }
}
