import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Db, Reader, Tx } from './types.ts';

/** A fact that others must be told. `aggregate` is `<kind>:<id>`, `version` its state counter. */
export interface OutboxRow {
  id: string;
  aggregate: string;
  version: number;
  topic: string;
  payload: unknown;
  createdAt: Date;
}

/** Writes the fact in the transaction that made it true; unique by (aggregate, version). */
export async function insertOutboxRow(tx: Tx, row: OutboxRow): Promise<void> {
  await sqlOf(tx)
    .insertInto('outbox')
    .values({ ...row, payload: JSON.stringify(row.payload) })
    .execute();
}

/** The facts of these ids that have not been told yet. */
export async function listUntoldFacts(reader: Reader, query: { ids: readonly string[] }): Promise<OutboxRow[]> {
  return sqlOf(reader)
    .selectFrom('outbox')
    .select(['id', 'aggregate', 'version', 'topic', 'payload', 'createdAt'])
    .where('id', '=', sql<string>`any(${query.ids}::uuid[])`)
    .where('deliveredAt', 'is', null)
    .execute();
}

/** Marks facts as told to everyone concerned, in a statement of its own that commits at once. */
export async function saveFactsTold(db: Db, facts: { ids: readonly string[]; deliveredAt: Date }): Promise<void> {
  await sqlOf(db)
    .updateTable('outbox')
    .set({ deliveredAt: facts.deliveredAt })
    .where('id', '=', sql<string>`any(${facts.ids}::uuid[])`)
    .where('deliveredAt', 'is', null)
    .execute();
}
