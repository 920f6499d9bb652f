import { collectionMembers, collectionSets } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx, TxCtx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';

/** What the queue `collection.build` is given. */
export const BuildJob = z.object({ setId: z.uuid() });

/** So many products are looked at while nobody else may change one: some 50 ms. */
const BATCH = 500;
const DELETE_BATCH = 5000;
/** A job that takes longer than its lease would be begun again by another worker. */
const BATCHES_OF_JOB = 100;

/**
 * Fills a set of a collection from the whole catalog, batch by batch, shows it to shoppers, and removes the one before.
 * Called again after it was interrupted it goes on where it was. Does nothing when other rules were saved since.
 */
export async function buildCollection(ctx: Ctx, { setId }: z.infer<typeof BuildJob>): Promise<void> {
  let step: Step = 'next';
  for (let n = 0; n < BATCHES_OF_JOB && step === 'next'; n += 1) {
    step = await inTransaction(ctx, (txCtx) => buildNext(txCtx, setId));
  }
  if (step === 'gone') return;
  if (step === 'next') return inTransaction(ctx, ({ tx, queue }) => queue.add(tx, 'collection.build', { setId }));
  await removeRetired(ctx, step.collectionId);
}

type Step = 'next' | 'gone' | { collectionId: string };

async function buildNext({ tx, now }: TxCtx, setId: string): Promise<Step> {
  await collectionMembers.lockCollectionMembers(tx);
  const set = await collectionSets.lockBuildingSet(tx, { setId });
  if (!set) {
    // It may have been shown before the job could say that it was done.
    const collectionId = await collectionSets.findCollectionOfSet(tx, { setId });
    return collectionId === undefined ? 'gone' : { collectionId };
  }
  const last = await collectionSets.saveNextMembers(tx, { setId, after: set.builtTo, limit: BATCH, at: now });
  if (last !== undefined) return 'next';
  await collectionSets.saveSetLive(tx, { setId, collectionId: set.collectionId });
  return { collectionId: set.collectionId };
}

async function removeRetired(ctx: Ctx, collectionId: string): Promise<void> {
  let more: boolean;
  do {
    more = await inTransaction(ctx, async ({ tx }) => {
      await collectionMembers.lockCollectionMembers(tx);
      return collectionSets.deleteRetiredSets(tx, { collectionId, limit: DELETE_BATCH });
    });
  } while (more);
}
