import { collections } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import type { CollectionRules } from './rules.ts';

/** Has the worker fill a set of a collection by these rules; shoppers are shown it when it is full. */
export async function startBuild(
  { tx, now, ids, queue }: TxCtx,
  { collectionId, rules }: { collectionId: string; rules: CollectionRules },
): Promise<void> {
  const setId = ids.uuid(now);
  await collections.insertBuildingSet(tx, { id: setId, collectionId, rules, at: now });
  await queue.add(tx, 'collection.build', { setId });
}
