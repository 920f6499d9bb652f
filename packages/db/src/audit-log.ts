import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** One thing that staff did. `target` is `<kind>:<id>`. */
export interface AuditEntry {
  id: string;
  at: Date;
  actor: unknown;
  action: string;
  target: string;
  detail: object;
  requestId: string;
}

export async function insertAuditEntry(tx: Tx, entry: AuditEntry): Promise<void> {
  await sqlOf(tx)
    .insertInto('auditLog')
    .values({ ...entry, actor: JSON.stringify(entry.actor), detail: JSON.stringify(entry.detail) })
    .execute();
}

/** Entries, newest first, older than the entry `afterId`. A filter that is null lets everything through. */
export async function listAuditEntries(
  reader: Reader,
  query: {
    target: string | null;
    actorId: string | null;
    action: string | null;
    afterId: string | null;
    limit: number;
  },
): Promise<AuditEntry[]> {
  const { target, actorId, action, afterId, limit } = query;
  const entries = await sqlOf(reader)
    .selectFrom('auditLog')
    .select(['id', 'at', 'actor', 'action', 'target', 'detail', 'requestId'])
    .$if(target !== null, (qb) => qb.where('target', '=', target ?? ''))
    .$if(actorId !== null, (qb) => qb.where(sql`actor ->> 'userId'`, '=', actorId))
    .$if(action !== null, (qb) => qb.where('action', '=', action ?? ''))
    .$if(afterId !== null, (qb) => qb.where('id', '<', afterId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return entries as AuditEntry[];
}
