import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** One time that a member of staff sees the store as a customer does. */
export interface ImpersonationRow {
  id: string;
  /** SHA-256 of the session id, in hex. */
  sessionId: string;
  staffId: string;
  customerId: string;
  startedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

const COLUMNS = ['id', 'sessionId', 'staffId', 'customerId', 'startedAt', 'expiresAt', 'endedAt'] as const;

/** Those that concern a customer, the newest first. */
export async function listImpersonations(
  reader: Reader,
  query: { customerId: string; limit: number },
): Promise<ImpersonationRow[]> {
  return sqlOf(reader)
    .selectFrom('impersonations')
    .select(COLUMNS)
    .where('customerId', '=', query.customerId)
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function findImpersonation(
  reader: Reader,
  query: { sessionId: string },
): Promise<ImpersonationRow | undefined> {
  return sqlOf(reader)
    .selectFrom('impersonations')
    .select(COLUMNS)
    .where('sessionId', '=', query.sessionId)
    .executeTakeFirst();
}

export async function insertImpersonation(tx: Tx, impersonation: Omit<ImpersonationRow, 'endedAt'>): Promise<void> {
  await sqlOf(tx).insertInto('impersonations').values(impersonation).execute();
}

/** Ends those of a member of staff that are open, and answers them. */
export async function endImpersonationsOf(tx: Tx, query: { staffId: string; now: Date }): Promise<ImpersonationRow[]> {
  return sqlOf(tx)
    .updateTable('impersonations')
    .set({ endedAt: sql`least(${query.now}, expires_at)` })
    .where('staffId', '=', query.staffId)
    .where('endedAt', 'is', null)
    .returning(COLUMNS)
    .execute();
}

/** Ends at most 1,000 open ones whose time is over or whose session is gone, and answers them. */
export async function endLapsedImpersonations(tx: Tx, query: { now: Date }): Promise<ImpersonationRow[]> {
  const { rows } = await sql<ImpersonationRow>`
    update impersonations set ended_at = least(${query.now}::timestamptz, expires_at)
    where id in (
      select i.id from impersonations i
      where i.ended_at is null
        and (i.expires_at <= ${query.now}::timestamptz or not exists (select from sessions s where s.id = i.session_id))
      limit 1000 for update skip locked
    )
    returning id, session_id, staff_id, customer_id, started_at, expires_at, ended_at
  `.execute(sqlOf(tx));
  return rows;
}
