import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/**
 * Counts the units of orders that are placed, takes out those of orders that are cancelled, and copies the new figures
 * to `listing`. What an order has been counted as is kept with it, so that telling it twice, late or in another order
 * changes nothing.
 */
export async function saveOrdersCounted(tx: Tx, input: { orderIds: readonly string[]; at: Date }): Promise<void> {
  const { orderIds, at } = input;
  const kysely = sqlOf(tx);
  // The orders stay as they are until their units are in; the products, so that none is listed anew from old figures.
  await sql`select id from orders where id = any(${orderIds}::uuid[]) order by id for share`.execute(kysely);
  await sql`
    select id from products
    where id in (select product_id from order_items where order_id = any(${orderIds}::uuid[]))
    order by id for share
  `.execute(kysely);
  const { rows } = await sql<{ productId: string }>`
    with turned as (
      insert into order_sales (order_id, counted, at)
      select id, status in ('confirmed', 'completed'), ${at}::timestamptz from orders
      where id = any(${orderIds}::uuid[]) order by id
      on conflict (order_id) do update set counted = excluded.counted, at = excluded.at
        where order_sales.counted <> excluded.counted
      returning order_id, counted::int - coalesce(old.counted, false)::int as sign
    ), moved as (
      select i.product_id, sum(i.quantity * t.sign) as units
      from turned t join order_items i on i.order_id = t.order_id
      group by i.product_id having sum(i.quantity * t.sign) <> 0
    )
    insert into product_sales (product_id, units, updated_at)
    -- A row that is to be subtracted from must pass the CHECK before it is known to be there.
    select product_id, greatest(units, 0), ${at}::timestamptz from moved order by product_id
    on conflict (product_id) do update set updated_at = excluded.updated_at,
      units = product_sales.units + (select m.units from moved m where m.product_id = product_sales.product_id)
    returning product_id
  `.execute(kysely);
  const productIds = rows.map((row) => row.productId);
  if (productIds.length === 0) return;
  await sql`
    update listing l set units_sold = s.units
    from product_sales s
    where s.product_id = any(${productIds}::uuid[]) and l.product_id = s.product_id and l.units_sold <> s.units
  `.execute(kysely);
}

/** Orders made since then whose units should be counted and are not, or the other way round. */
export async function listMiscountedOrders(reader: Reader, query: { since: Date; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select o.id from orders o
    left join order_sales s on s.order_id = o.id
    where o.created_at >= ${query.since} and (o.status in ('confirmed', 'completed')) <> coalesce(s.counted, false)
    order by o.created_at, o.id limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows.map((row) => row.id);
}
