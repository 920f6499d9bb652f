import { collectionMembers, collections } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { assertVersion } from '../../../kit/version.ts';
import { refuse } from '../errors.ts';
import { collectionView } from './view.ts';

/** Locks what is in collections, and one of them. Throws `collection_not_found`, `version_conflict` (details: current). */
export async function lockCollection(
  ctx: TxCtx,
  input: { collection: string; version?: number | undefined },
): Promise<collections.AdminCollection> {
  await collectionMembers.lockCollectionMembers(ctx.tx);
  const row = await collections.lockCollection(ctx.tx, { key: input.collection });
  if (!row) throw refuse('collection_not_found');
  assertVersion(input.version, collectionView(row));
  return row;
}
