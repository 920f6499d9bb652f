import { collectionMembers } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';

const BATCH = 200;

/** Takes products out of the collections that they have become too old for, and looks at no others. Answers how many. */
export async function leaveCollections(ctx: Ctx): Promise<number> {
  let left = 0;
  for (;;) {
    const productIds = await collectionMembers.listProductsLeaving(ctx.db, { at: ctx.now, limit: BATCH });
    if (productIds.length === 0) break;
    await inTransaction(ctx, ({ tx, now }) => collectionMembers.saveProductsLeft(tx, { productIds, at: now }));
    left += productIds.length;
  }
  return left;
}
