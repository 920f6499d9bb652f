import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

/** Units of a variant at one location. */
export interface StockCount {
  /** In the building, promised ones included. */
  onHand: number;
  /** Promised to orders and not shipped. */
  reserved: number;
}

/** Why stock changed, and by whom. */
export interface StockChange {
  reason: 'import' | 'correction';
  /** The kit's Actor. */
  actor: object;
  at: Date;
}

/**
 * Where stock of a variant is to be set: the location asked for, else the most preferred one.
 * `variantId` or `locationId` is null where there is no such row. A bundle has no stock of its own.
 */
export async function findStockTarget(
  reader: Reader,
  query: { variantId: string; locationId: string | null },
): Promise<{ variantId: string | null; isBundle: boolean; locationId: string | null }> {
  const { rows } = await sql<{ variantId: string | null; isBundle: boolean; locationId: string | null }>`
    select
      (select id from variants where id = ${query.variantId}) as variant_id,
      exists (select from variants where id = ${query.variantId} and is_bundle) as is_bundle,
      (
        select id from locations where ${query.locationId}::uuid is null or id = ${query.locationId}::uuid
        order by priority limit 1
      ) as location_id
  `.execute(sqlOf(reader));
  return rows[0] ?? { variantId: null, isBundle: false, locationId: null };
}

/** Undefined while the variant has never had stock there. */
export async function findStockCount(
  reader: Reader,
  query: { variantId: string; locationId: string },
): Promise<StockCount | undefined> {
  return sqlOf(reader)
    .selectFrom('stockLevels')
    .select(['onHand', 'reserved'])
    .where('variantId', '=', query.variantId)
    .where('locationId', '=', query.locationId)
    .executeTakeFirst();
}

/**
 * Sets what is on hand by one guarded statement and records the difference.
 * Undefined, with nothing written, when more than that is promised to orders.
 */
export async function saveStockOnHand(
  tx: Tx,
  level: { variantId: string; locationId: string; onHand: number } & StockChange,
): Promise<StockCount | undefined> {
  const { rows } = await sql<StockCount>`
    with changed as (
      insert into stock_levels (variant_id, location_id, on_hand, updated_at)
      values (${level.variantId}, ${level.locationId}, ${level.onHand}, ${level.at})
      on conflict (variant_id, location_id) do update
        set on_hand = excluded.on_hand, updated_at = excluded.updated_at
        where stock_levels.reserved <= excluded.on_hand
      returning new.variant_id, new.location_id, new.on_hand, new.reserved, new.on_hand - coalesce(old.on_hand, 0) as delta
    ), moved as (
      insert into stock_movements (variant_id, location_id, delta, on_hand_after, reason, actor, at)
      select variant_id, location_id, delta, on_hand, ${level.reason}::text, ${JSON.stringify(level.actor)}::jsonb,
        ${level.at}::timestamptz
      from changed where delta <> 0
    )
    select on_hand, reserved from changed
  `.execute(sqlOf(tx));
  return rows[0];
}

/** The first stock of new variants at one location, with its movements. */
export async function insertStockLevels(
  tx: Tx,
  input: { locationId: string; rows: readonly { variantId: string; onHand: number }[] } & StockChange,
): Promise<void> {
  await sql`
    with added as (
      insert into stock_levels (variant_id, location_id, on_hand, updated_at)
      select "variantId", ${input.locationId}::uuid, "onHand", ${input.at}::timestamptz
      from jsonb_to_recordset(${recordset(input.rows)}) as r ("variantId" uuid, "onHand" integer)
      returning variant_id, location_id, on_hand
    )
    insert into stock_movements (variant_id, location_id, delta, on_hand_after, reason, actor, at)
    select variant_id, location_id, on_hand, on_hand, ${input.reason}::text, ${JSON.stringify(input.actor)}::jsonb,
      ${input.at}::timestamptz
    from added where on_hand > 0
  `.execute(sqlOf(tx));
}

export interface StockMovement {
  locationId: string;
  delta: number;
  onHandAfter: number;
  reason: 'import' | 'correction' | 'shipment';
  orderId: string | null;
  actor: unknown;
  at: Date;
}

/** What happened to a variant's stock, the latest first. */
export async function listStockMovements(
  reader: Reader,
  query: { variantId: string; limit: number },
): Promise<StockMovement[]> {
  const { rows } = await sql<StockMovement>`
    select location_id, delta, on_hand_after, reason, order_id, actor, at from stock_movements
    where variant_id = ${query.variantId} order by id desc limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows;
}
