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

/** Remembers that the mail of a fact was handed over; false when it had been before. */
export async function insertMailDelivery(
  tx: Tx,
  delivery: { outboxId: string; recipient: string; sentAt: Date },
): Promise<boolean> {
  const result = await sqlOf(tx)
    .insertInto('mailDeliveries')
    .values(delivery)
    .onConflict((conflict) => conflict.column('outboxId').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findMailDelivery(
  reader: Reader,
  query: { outboxId: string },
): Promise<{ recipient: string; sentAt: Date } | undefined> {
  return sqlOf(reader)
    .selectFrom('mailDeliveries')
    .select(['recipient', 'sentAt'])
    .where('outboxId', '=', query.outboxId)
    .executeTakeFirst();
}
