import { customerGroups } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import type { CustomerGroupList, ListGroupsInput } from './schema.ts';

const SCOPE = 'customer-groups';

/** The groups by code, with how many are in them. Throws `cursor_invalid`. */
export async function listGroups(ctx: Ctx, input: ListGroupsInput): Promise<CustomerGroupList> {
  const { limit, cursor } = input;
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, SCOPE, ['string'] as const);
  const rows = await customerGroups.listCustomerGroups(ctx.db, { after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.code]) : null };
}
