import { staff } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import type { ListStaffInput, StaffList } from './schema.ts';
import { toStaffMember } from './view.ts';

const SCOPE = 'staff';

/** Staff and those invited, the newest accounts first. Throws `cursor_invalid`. */
export async function listStaff(ctx: Ctx, { limit, cursor, role }: ListStaffInput): Promise<StaffList> {
  const [afterId = null] = cursor === undefined ? [] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const rows = await staff.listStaff(ctx.db, { userId: null, roleName: role ?? null, afterId, limit: limit + 1 });
  const items = rows.slice(0, limit).map(toStaffMember);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null };
}
