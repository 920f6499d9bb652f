import { auditLog } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import type { AuditLog, AuditLogInput } from './schema.ts';

const SCOPE = 'audit-log';

/** What staff did, newest first. Throws `cursor_invalid`. */
export async function listAuditLog(ctx: Ctx, input: AuditLogInput): Promise<AuditLog> {
  const { limit, cursor, target = null, actorId = null, action = null } = input;
  const [afterId = null] = cursor === undefined ? [] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const rows = await auditLog.listAuditEntries(ctx.db, { target, actorId, action, afterId, limit: limit + 1 });
  const items = rows.slice(0, limit) as AuditLog['items'];
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null };
}
