import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** What a provider told us, as it told it. */
export interface InboxRow {
  provider: string;
  eventId: string;
  type: string;
  payload: unknown;
  receivedAt: Date;
  appliedAt: Date | null;
  note: string | null;
}

/** Keeps an event once; false when it was here before. */
export async function insertInboxEvent(tx: Tx, event: InboxRow): Promise<boolean> {
  const result = await sqlOf(tx)
    .insertInto('inbox')
    .values({ ...event, payload: JSON.stringify(event.payload) })
    .onConflict((conflict) => conflict.columns(['provider', 'eventId']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findInboxEvent(
  reader: Reader,
  query: { provider: string; eventId: string },
): Promise<InboxRow | undefined> {
  return sqlOf(reader)
    .selectFrom('inbox')
    .select(['provider', 'eventId', 'type', 'payload', 'receivedAt', 'appliedAt', 'note'])
    .where('provider', '=', query.provider)
    .where('eventId', '=', query.eventId)
    .executeTakeFirst();
}

/** Marks an event as dealt with; `note` says why it had no effect, if it had none. */
export async function saveInboxApplied(
  tx: Tx,
  event: { provider: string; eventId: string; appliedAt: Date; note: string | null },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('inbox')
    .set({ appliedAt: event.appliedAt, note: event.note })
    .where('provider', '=', event.provider)
    .where('eventId', '=', event.eventId)
    .where('appliedAt', 'is', null)
    .execute();
}

/** Forgets what applied events said of payments, by the provider's ids; that they came stays known. */
export async function saveInboxForgotten(
  tx: Tx,
  query: { provider: string; paymentRefs: readonly string[] },
): Promise<void> {
  await sql`
    update inbox set payload = '{}'
    where provider = ${query.provider} and applied_at is not null
      and coalesce(payload #>> '{data,object,payment_intent}', payload #>> '{data,object,id}') = any(${query.paymentRefs}::text[])
  `.execute(sqlOf(tx));
}
