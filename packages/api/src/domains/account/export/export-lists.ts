import { auditLog, carts, orderDetails } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { cartView } from '../../cart/index.ts';
import { orderView } from '../../order/index.ts';
import type { AccountExport } from './schema.ts';

const PAGE = 500;

/** Rows page by page, each after the id of the last one. */
async function all<Row extends { id: string }>(read: (afterId: string | null) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = await read(null); ; page = await read(page.at(-1)?.id ?? null)) {
    rows.push(...page);
    if (page.length < PAGE) return rows;
  }
}

export async function exportOrders(
  { db }: Ctx,
  { userId: customerId, email }: { userId: string; email: string | null },
): Promise<AccountExport['orders']> {
  const rows = await all((afterId) =>
    orderDetails.listOrderDetailsOfPerson(db, { customerId, email, afterId, limit: PAGE }),
  );
  return rows.map((row) => orderView(row));
}

export async function exportCarts({ db, now }: Ctx, customerId: string): Promise<AccountExport['carts']> {
  const ids = await carts.listOpenCartIds(db, { customerId, limit: PAGE });
  const contents = await Promise.all(ids.map((id) => carts.findCartContents(db, { id, country: null, now })));
  return contents.flatMap((cart) => (cart ? [cartView(cart)] : []));
}

export async function exportAudit({ db }: Ctx, userId: string): Promise<AccountExport['audit']> {
  const list = (filter: { target: string | null; actorId: string | null }) =>
    all((afterId) => auditLog.listAuditEntries(db, { ...filter, action: null, afterId, limit: PAGE }));
  const entries = [
    ...(await list({ target: `user:${userId}`, actorId: null })),
    ...(await list({ target: null, actorId: userId })),
  ];
  const once = new Map(entries.map(({ id, action, target, at }) => [id, { action, target, at }]));
  return [...once.values()];
}
