import { auditLog } from '@cartwright/db';
import type { TxCtx } from '../context.ts';
import { actorRecord } from './actor.ts';

/** Notes what the actor did, in the transaction that does it. `target` is `<kind>:<id>`; no secrets in `detail`. */
export function audit(ctx: TxCtx, entry: { action: string; target: string; detail?: object }): Promise<void> {
  const { tx, ids, now, requestId, actor } = ctx;
  const { action, target, detail = {} } = entry;
  const id = ids.uuid(now);
  return auditLog.insertAuditEntry(tx, { id, at: now, actor: actorRecord(actor), action, target, detail, requestId });
}
