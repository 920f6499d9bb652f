import { brands, catalogAttributes, catalogProjections, categories, type Tx } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx, TxCtx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';

/** Products that one transaction writes projections of. */
const BATCH = 500;
/** A job that takes longer than its lease would be begun again by another worker. */
const BATCHES_OF_JOB = 20;

/**
 * Whose products are to be written anew: those of a category and below it, those of a brand, or those with a value of an attribute; or of
 * one that has no definition any more, from which it is taken away.
 */
const Scope = z.union([
  z.strictObject({ categoryId: z.uuid() }),
  z.strictObject({ brandId: z.uuid() }),
  z.strictObject({ attribute: z.string() }),
  z.strictObject({ withdrawn: z.string() }),
]);
type Scope = z.infer<typeof Scope>;
const RefreshJob = z.object({ scope: Scope, after: z.uuid().nullable() });

/**
 * Has the worker write the projections of products anew, once the transaction commits. It is never done in the
 * transaction that changes a category: that one would hold thousands of products, in the other order than those who
 * change a product and its categories.
 */
export async function refreshSoon(ctx: TxCtx, scope: Scope): Promise<void> {
  await ctx.queue.add(ctx.tx, 'catalog.refresh', { scope, after: null });
}

/**
 * The first products at once, so that a change that concerns few is seen when it is answered. What comes
 * of it does not matter to the caller: {@link refreshSoon} has put it into the queue.
 */
export async function refreshFirst(ctx: Ctx, scope: Scope): Promise<void> {
  try {
    await refreshBatch(ctx, { scope, after: null });
  } catch (error) {
    ctx.log.warn({ scope, error }, 'Products are left to the worker');
  }
}

/** The job: batches in transactions of their own, and another job for what is left. Doing it again changes nothing. */
export async function refreshProducts(ctx: Ctx, data: unknown): Promise<void> {
  const { scope, after } = RefreshJob.parse(data);
  let last: string | null = after;
  for (let n = 0; n < BATCHES_OF_JOB; n += 1) {
    last = await refreshBatch(ctx, { scope, after: last });
    if (last === null) break;
  }
  if (last !== null) {
    const rest = { scope, after: last };
    await inTransaction(ctx, ({ tx, queue }) => queue.add(tx, 'catalog.refresh', rest));
  }
}

/** Answers the last id of the batch, or null when nothing can come after it. */
async function refreshBatch(ctx: Ctx, input: { scope: Scope; after: string | null }): Promise<string | null> {
  const { scope, after } = input;
  return inTransaction(ctx, async ({ tx, now }) => {
    const productIds = await productsOf(tx, { scope, after });
    if (productIds.length === 0) return null;
    await catalogProjections.lockForRefresh(tx, { productIds });
    if ('withdrawn' in scope) await catalogAttributes.deleteValues(tx, { code: scope.withdrawn, productIds, at: now });
    await catalogProjections.refreshProjections(tx, { productIds, at: now });
    return productIds.length < BATCH ? null : (productIds.at(-1) ?? null);
  });
}

async function productsOf(tx: Tx, { scope, after }: { scope: Scope; after: string | null }): Promise<string[]> {
  if ('categoryId' in scope) {
    return categories.listProductIdsBelow(tx, { categoryId: scope.categoryId, after, limit: BATCH });
  }
  if ('brandId' in scope) return brands.listProductIdsOfBrand(tx, { brandId: scope.brandId, after, limit: BATCH });
  const code = 'attribute' in scope ? scope.attribute : scope.withdrawn;
  // It may have been defined anew since: then its values are wanted.
  if ('withdrawn' in scope && (await catalogAttributes.findAttribute(tx, { code }))) return [];
  return catalogAttributes.listProductIdsWith(tx, { code, after, limit: BATCH });
}
