import { customerViews } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import { type CustomerList, digitsOf, type ListCustomersInput } from './schema.ts';
import { customerLineView } from './view.ts';

const SCOPE = 'customers';

/** Accounts without a staff role that fit all that is asked for, the newest first. Throws `cursor_invalid`. */
export async function listCustomers(ctx: Ctx, input: ListCustomersInput): Promise<CustomerList> {
  const { limit, cursor, phone } = input;
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const rows = await customerViews.searchCustomers(ctx.db, {
    email: input.email ?? null,
    name: input.name ?? null,
    phoneEnd: phone === undefined ? null : digitsOf(phone),
    group: input.group ?? null,
    status: input.status ?? null,
    createdFrom: input.createdFrom ?? null,
    createdBefore: input.createdBefore ?? null,
    after,
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(customerLineView),
    nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null,
  };
}
