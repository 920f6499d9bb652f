import { collections, type Reader } from '@cartwright/db';
import { refuse } from '../errors.ts';
import type { AdminCollection } from './schema.ts';

/** A row as staff see it. */
export function collectionView(row: collections.AdminCollection): AdminCollection {
  return row as AdminCollection;
}

/** Everything staff see of a collection, by slug or id. Throws `collection_not_found`. */
export async function findAdminCollection(reader: Reader, input: { collection: string }): Promise<AdminCollection> {
  const row = await collections.findAdminCollection(reader, { key: input.collection });
  if (!row) throw refuse('collection_not_found');
  return collectionView(row);
}
