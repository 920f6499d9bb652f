import { inventory } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { actorRecord } from '../../kit/actor.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from './errors.ts';
import type { SetStockInput, Stock } from './schema.ts';

/**
 * Sets what is on hand at one location after a count, and records the difference as a correction.
 * Refuses with `stock_variant_not_found`, `bundle_has_no_stock`, `location_not_found`, and with
 * `stock_below_reserved` (details: onHand, reserved) when orders have been promised more.
 */
export function setStock(ctx: Ctx, input: SetStockInput): Promise<Stock> {
  return inTransaction(ctx, async ({ tx, actor, now }) => {
    const target = await inventory.findStockTarget(tx, {
      variantId: input.variantId,
      locationId: input.locationId ?? null,
    });
    if (target.variantId === null) throw refuse('stock_variant_not_found');
    if (target.isBundle) throw refuse('bundle_has_no_stock');
    if (target.locationId === null) throw refuse('location_not_found');
    const level = { variantId: target.variantId, locationId: target.locationId };
    const change = { reason: 'correction', actor: actorRecord(actor), at: now } as const;
    const count = await inventory.saveStockOnHand(tx, { ...level, onHand: input.onHand, ...change });
    if (!count) {
      const current = await inventory.findStockCount(tx, level);
      throw refuse('stock_below_reserved', { details: { ...current } });
    }
    return { ...count, available: count.onHand - count.reserved };
  });
}
