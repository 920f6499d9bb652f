import { sql } from 'kysely';
import { saveMatched } from './collection-members.ts';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** A set that is being filled, if it still is. Locks it. */
export async function lockBuildingSet(
  tx: Tx,
  query: { setId: string },
): Promise<{ collectionId: string; builtTo: string | null } | undefined> {
  return sqlOf(tx)
    .selectFrom('collectionSets')
    .select(['collectionId', 'builtTo'])
    .where('id', '=', query.setId)
    .where('state', '=', 'building')
    .forUpdate()
    .executeTakeFirst();
}

/**
 * Looks at the next products of the catalog under the rule of a set. Answers the last one, undefined when there is none
 * left. The caller has called {@link lockCollectionMembers}.
 */
export async function saveNextMembers(
  tx: Tx,
  input: { setId: string; after: string | null; limit: number; at: Date },
): Promise<string | undefined> {
  const { setId, after, limit, at } = input;
  const { rows } = await sql<{ id: string }>`
    select id from products where ${after}::uuid is null or id > ${after}::uuid order by id limit ${limit}
  `.execute(sqlOf(tx));
  const productIds = rows.map(({ id }) => id);
  const last = productIds.at(-1);
  if (last === undefined) return undefined;
  const sets = sql`select id, match, conditions from collection_sets where id = ${setId}::uuid`;
  await saveMatched(tx, { productIds, at, sets });
  await sqlOf(tx).updateTable('collectionSets').set({ builtTo: last }).where('id', '=', setId).execute();
  return last;
}

/** Shows shoppers a set that is full instead of the one before it. */
export async function saveSetLive(tx: Tx, set: { setId: string; collectionId: string }): Promise<void> {
  const kysely = sqlOf(tx);
  await kysely
    .updateTable('collectionSets')
    .set({ state: 'retired' })
    .where('collectionId', '=', set.collectionId)
    .where('state', '=', 'live')
    .execute();
  await kysely.updateTable('collectionSets').set({ state: 'live' }).where('id', '=', set.setId).execute();
}

/**
 * Removes some of what is in sets that nobody is shown any more, and in the end the sets. Answers whether there may be
 * more. The caller has called {@link lockCollectionMembers}: who changed a product while such a set was still shown has
 * finished.
 */
export async function deleteRetiredSets(tx: Tx, query: { collectionId: string; limit: number }): Promise<boolean> {
  const { collectionId, limit } = query;
  const kysely = sqlOf(tx);
  const retired = sql`select id from collection_sets where collection_id = ${collectionId} and state = 'retired'`;
  const removed = await sql`
    with part as (
      select product_id, set_id from collection_products where set_id in (${retired}) limit ${limit}
    )
    delete from collection_products m using part p where m.product_id = p.product_id and m.set_id = p.set_id
  `.execute(kysely);
  if (removed.numAffectedRows === BigInt(limit)) return true;
  await sql`delete from collection_sets where id in (${retired})`.execute(kysely);
  return false;
}

/** The collection that a set belongs to. */
export async function findCollectionOfSet(reader: Reader, query: { setId: string }): Promise<string | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('collectionSets')
    .select('collectionId')
    .where('id', '=', query.setId)
    .executeTakeFirst();
  return row?.collectionId;
}
