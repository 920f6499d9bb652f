import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

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

export async function findOutboxRow(reader: Reader, query: { id: string }): Promise<OutboxRow | undefined> {
  return sqlOf(reader)
    .selectFrom('outbox')
    .select(['id', 'aggregate', 'version', 'topic', 'payload', 'createdAt'])
    .where('id', '=', query.id)
    .executeTakeFirst();
}

/** Marks a fact as told to everyone who asked. */
export async function saveOutboxDelivery(tx: Tx, row: { id: string; deliveredAt: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('outbox')
    .set({ deliveredAt: row.deliveredAt })
    .where('id', '=', row.id)
    .where('deliveredAt', 'is', null)
    .execute();
}
