import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export type ReservationState = 'held' | 'allocated' | 'shipped' | 'released';

/** Units of a level that can still be promised. Levels come in the order in which they were locked. */
export interface StockLevel {
  variantId: string;
  locationId: string;
  available: number;
  /** Lower is preferred. */
  priority: number;
}

/** Locks every level of the variants, by (variant, location). */
export async function lockStockLevels(tx: Tx, query: { variantIds: readonly string[] }): Promise<StockLevel[]> {
  const { rows } = await sql<StockLevel>`
    select s.variant_id, s.location_id, s.on_hand - s.reserved as available, l.priority
    from stock_levels s
    join locations l on l.id = s.location_id
    where s.variant_id = any(${query.variantIds}::uuid[])
    order by s.variant_id, s.location_id
    for update of s
  `.execute(sqlOf(tx));
  return rows;
}

export interface NewReservation {
  id: string;
  variantId: string;
  locationId: string;
  quantity: number;
}

/**
 * Promises units to an order, by one guarded statement over levels the caller has locked: held until `expiresAt`, or
 * allocated at once when it is null.
 * False when a level has too few: the caller must roll back.
 */
export async function insertReservations(
  tx: Tx,
  order: { orderId: string; expiresAt: Date | null; createdAt: Date; rows: NewReservation[] },
): Promise<boolean> {
  const { rows } = order;
  const { rows: written } = await sql<{ reserved: number }>`
    with wanted as (
      select * from unnest(
        ${rows.map((row) => row.id)}::uuid[],
        ${rows.map((row) => row.variantId)}::uuid[],
        ${rows.map((row) => row.locationId)}::uuid[],
        ${rows.map((row) => row.quantity)}::integer[]
      ) as w (id, variant_id, location_id, quantity)
    ), levels as (
      update stock_levels s
      set reserved = s.reserved + w.quantity, updated_at = ${order.createdAt}
      from wanted w
      where s.variant_id = w.variant_id and s.location_id = w.location_id and s.on_hand - s.reserved >= w.quantity
      returning s.variant_id
    ), held as (
      insert into reservations (id, order_id, variant_id, location_id, quantity, state, expires_at, created_at, updated_at)
      select id, ${order.orderId}::uuid, variant_id, location_id, quantity, ${order.expiresAt === null ? 'allocated' : 'held'}::text,
        ${order.expiresAt}::timestamptz,
        ${order.createdAt}::timestamptz, ${order.createdAt}::timestamptz
      from wanted
    )
    select count(*)::int as reserved from levels
  `.execute(sqlOf(tx));
  return rows.length === written[0]?.reserved;
}

/** Turns the held units of an order into allocated ones. Answers how many reservations there were. */
export async function saveReservationsAllocated(tx: Tx, order: { orderId: string; at: Date }): Promise<number> {
  const result = await sqlOf(tx)
    .updateTable('reservations')
    .set({ state: 'allocated', expiresAt: null, updatedAt: order.at })
    .where('orderId', '=', order.orderId)
    .where('state', '=', 'held')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Gives the units of an order back, held or allocated. Locks the levels in order. */
export async function saveReservationsReleased(tx: Tx, order: { orderId: string; at: Date }): Promise<void> {
  await sql`
    with levels as (
      select s.variant_id, s.location_id
      from stock_levels s
      where exists (
        select from reservations r
        where r.order_id = ${order.orderId} and r.state in ('held', 'allocated')
          and r.variant_id = s.variant_id and r.location_id = s.location_id
      )
      order by s.variant_id, s.location_id
      for update of s
    ), released as (
      update reservations r set state = 'released', expires_at = null, updated_at = ${order.at}
      where r.order_id = ${order.orderId} and r.state in ('held', 'allocated')
        and (r.variant_id, r.location_id) in (select variant_id, location_id from levels)
      returning r.variant_id, r.location_id, r.quantity
    )
    update stock_levels s set reserved = s.reserved - r.quantity, updated_at = ${order.at}
    from (select variant_id, location_id, sum(quantity)::int as quantity from released group by 1, 2) r
    where s.variant_id = r.variant_id and s.location_id = r.location_id
  `.execute(sqlOf(tx));
}

/** Takes the allocated units of an order out of the building and records why. */
export async function saveReservationsShipped(
  tx: Tx,
  order: { orderId: string; actor: object; at: Date },
): Promise<void> {
  await sql`
    with levels as (
      select s.variant_id, s.location_id
      from stock_levels s
      where exists (
        select from reservations r
        where r.order_id = ${order.orderId} and r.state = 'allocated'
          and r.variant_id = s.variant_id and r.location_id = s.location_id
      )
      order by s.variant_id, s.location_id
      for update of s
    ), shipped as (
      update reservations r set state = 'shipped', updated_at = ${order.at}
      where r.order_id = ${order.orderId} and r.state = 'allocated'
        and (r.variant_id, r.location_id) in (select variant_id, location_id from levels)
      returning r.variant_id, r.location_id, r.quantity
    ), units as (
      select variant_id, location_id, sum(quantity)::int as quantity from shipped group by 1, 2
    ), changed as (
      update stock_levels s
      set on_hand = s.on_hand - u.quantity, reserved = s.reserved - u.quantity, updated_at = ${order.at}
      from units u
      where s.variant_id = u.variant_id and s.location_id = u.location_id
      returning s.variant_id, s.location_id, s.on_hand, u.quantity
    )
    insert into stock_movements (variant_id, location_id, delta, on_hand_after, reason, order_id, actor, at)
    select variant_id, location_id, -quantity, on_hand, 'shipment', ${order.orderId}::uuid,
      ${JSON.stringify(order.actor)}::jsonb, ${order.at}::timestamptz
    from changed
  `.execute(sqlOf(tx));
}

/** Pending orders whose held units are overdue, oldest first. */
export async function listExpiredOrderIds(reader: Reader, query: { now: Date; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ orderId: string }>`
    select order_id from reservations where state = 'held' and expires_at <= ${query.now}
    group by order_id order by min(expires_at) limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows.map((row) => row.orderId);
}
