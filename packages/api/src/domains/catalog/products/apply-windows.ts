import { catalogProjections, productDetails } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';

const BATCH = 500;

/**
 * The job: puts the products whose publish window has opened into lists and search, and takes those out whose window
 * has closed, however long ago. Answers how many there were; doing it again changes nothing.
 */
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
