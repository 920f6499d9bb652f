import { productSales } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { secondsBefore } from '../../../kit/clock.ts';
import { inTransaction } from '../../../kit/transaction.ts';

const MISSED_SECONDS = 7 * 24 * 3600;
const BATCH = 200;

/** Has the units of these orders counted as sold as their states say; an order that was counted so before stays so. */
export async function countOrders(ctx: Ctx, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await inTransaction(ctx, ({ tx, now }) => productSales.saveOrdersCounted(tx, { orderIds, at: now }));
}

/** Housekeeping: counts the orders of the last week that were told to somebody who did not count, as an older release. */
export async function countMissedOrders(ctx: Ctx): Promise<number> {
  const since = secondsBefore(ctx.now, MISSED_SECONDS);
  for (let counted = 0; ; ) {
    const orderIds = await productSales.listMiscountedOrders(ctx.db, { since, limit: BATCH });
    await countOrders(ctx, orderIds);
    counted += orderIds.length;
    if (orderIds.length < BATCH) return counted;
  }
}
