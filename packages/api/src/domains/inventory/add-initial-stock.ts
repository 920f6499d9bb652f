import { inventory, store } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { actorRecord } from '../../kit/actor.ts';
import { refuse } from './errors.ts';

/**
 * The first stock of variants made in this transaction, at the store's most preferred location.
 * Refuses with `location_not_found` in a store that has none.
 */
export async function addInitialStock(
  ctx: TxCtx,
  input: { rows: readonly { variantId: string; onHand: number }[]; reason: 'import' | 'correction' },
): Promise<void> {
  if (input.rows.length === 0) return;
  const [location] = await store.listLocations(ctx.tx);
  if (!location) throw refuse('location_not_found');
  const change = { reason: input.reason, actor: actorRecord(ctx.actor), at: ctx.now };
  await inventory.insertStockLevels(ctx.tx, { locationId: location.id, rows: input.rows, ...change });
}
