import { sqlOf } from './handle.ts';
import type { Tx } from './types.ts';

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
