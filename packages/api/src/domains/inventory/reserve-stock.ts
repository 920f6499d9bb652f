import { reservations } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { secondsAfter } from '../../kit/clock.ts';
import { allocateStock, type Shortage, type Units } from './allocate-stock.ts';

/** How long a shopper has to finish paying; the units are held just as long. */
export const RESERVATION_SECONDS = 1800;

/**
 * Holds the units of an order, each variant named once, or allocates them at once when it is paid already. Answers
 * those that cannot be covered, in which case nothing is held; the levels stay locked until the transaction ends, so
 * nobody can take the units in between.
 */
export async function reserveStock(
  ctx: TxCtx,
  order: { orderId: string; units: readonly Units[]; isPaid?: boolean },
): Promise<Shortage[]> {
  const { orderId, units } = order;
  if (units.length === 0) return [];
  const levels = await reservations.lockStockLevels(ctx.tx, { variantIds: units.map((unit) => unit.variantId) });
  const { parts, shortages } = allocateStock(units, levels);
  if (shortages.length > 0) return shortages;
  const rows = parts.map((part) => ({ id: ctx.ids.uuid(ctx.now), ...part }));
  const expiresAt = order.isPaid ? null : secondsAfter(ctx.now, RESERVATION_SECONDS);
  const held = await reservations.insertReservations(ctx.tx, { orderId, expiresAt, createdAt: ctx.now, rows });
  if (!held) throw new Error(`Locked stock levels changed while reserving for order ${orderId}`);
  return [];
}
