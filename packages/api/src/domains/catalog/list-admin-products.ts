import { productViews } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { decodeCursor, encodeCursor, pageErrors } from '../../kit/page.ts';
import type { AdminProductList, AdminProductListInput } from './admin-schema.ts';

const refuse = errorsOf(pageErrors);
const SCOPE = 'admin-products';
const Uuid = z.uuid();

/** Staff's product list, the newest first. Refuses with `cursor_invalid`. */
export async function listAdminProducts(ctx: Ctx, input: AdminProductListInput): Promise<AdminProductList> {
  const { q, status = null, kind = null, brand = null, tag, limit, cursor } = input;
  const [before] = cursor === undefined ? [null] : decodeCursor(cursor, SCOPE, ['string'] as const);
  if (before !== null && !Uuid.safeParse(before).success) throw refuse('cursor_invalid');
  const text = q === undefined || q.trim() === '' ? null : q.trim();
  const filters = { text, status, kind, brand, tag: tag === undefined ? null : tag.trim().toLowerCase() };
  const rows = await productViews.listAdminProducts(ctx.db, { ...filters, limit, before });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null };
}
