import { catalogProjections, productDetails } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx, TxCtx } from '../../../context.ts';
import { secondsAfter, secondsBetween } from '../../../kit/clock.ts';
import { inTransaction } from '../../../kit/transaction.ts';

const BATCH = 500;
/** The sweep comes each minute; what is due before the next one gets a job of its own. */
const LOOK_AHEAD_SECONDS = 75;

const WindowsJob = z.object({ edge: z.boolean().optional() }).nullish();

/**
 * The job: puts the products whose publish window has opened into lists and search, and takes those out whose window
 * has closed, however long ago; doing it again changes nothing. The sweep also has it done at each instant that is due
 * before the next sweep, whoever has set the windows.
 */
export async function sweepWindows(ctx: Ctx, data: unknown): Promise<void> {
  const isEdge = WindowsJob.parse(data)?.edge === true;
  await applyWindows(ctx);
  if (isEdge) return;
  await inTransaction(ctx, async (tx) => {
    const until = secondsAfter(ctx.now, LOOK_AHEAD_SECONDS);
    const edges = await productDetails.listWindowEdges(tx.tx, { after: ctx.now, until });
    for (const edge of edges) await sweepAt(tx, edge);
  });
}

/** Has the job done at an instant to come. */
export async function sweepAt(ctx: TxCtx, edge: Date): Promise<void> {
  const startAfterSeconds = Math.ceil(secondsBetween(ctx.now, edge));
  await ctx.queue.add(ctx.tx, 'catalog.windows', { edge: true }, { startAfterSeconds });
}

/** Answers how many products were due. */
export async function applyWindows(ctx: Ctx): Promise<number> {
  let applied = 0;
  for (let last = BATCH; last === BATCH; applied += last) {
    last = await inTransaction(ctx, async ({ tx, now }) => {
      const productIds = await productDetails.lockProductsDue(tx, { now, limit: BATCH });
      await catalogProjections.refreshProjections(tx, { productIds, at: now });
      await productDetails.saveWindowsApplied(tx, { productIds, at: now });
      return productIds.length;
    });
  }
  return applied;
}
