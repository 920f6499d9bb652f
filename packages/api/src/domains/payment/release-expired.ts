import { orders, payments, reservations } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { lockCartOfOrder } from '../cart/index.ts';
import { releaseUnits } from '../inventory/index.ts';
import { resolveAttempt } from './resolve-attempt.ts';

const BATCH = 200;

/**
 * Gives back the units of orders that were not paid in time. An attempt that could still succeed is ended at
 * its provider first; a late success is then handled where it arrives. Answers how many orders were released.
 */
export async function releaseExpired(ctx: Ctx): Promise<number> {
  const orderIds = await reservations.listExpiredOrderIds(ctx.db, { now: ctx.now, limit: BATCH });
  let released = 0;
  for (const orderId of orderIds) {
    const live = await payments.findLivePayment(ctx.db, { orderId });
    if (live && !(await gaveUp(ctx, live))) continue;
    released += await inTransaction(ctx, async (tx) => {
      await lockCartOfOrder(tx, orderId);
      const order = await orders.findOrderHead(tx.tx, { id: orderId });
      if (order?.status !== 'pending' || (await payments.findLivePayment(tx.tx, { orderId }))) return 0;
      await releaseUnits(tx, orderId);
      return 1;
    });
  }
  return released;
}

/** False while the provider cannot say: the units stay held rather than be sold twice. */
async function gaveUp(ctx: Ctx, payment: payments.PaymentRow): Promise<boolean> {
  try {
    const result = await resolveAttempt(ctx, payment, { giveUp: true });
    return result?.status === 'failed' || result?.status === 'voided';
  } catch (error) {
    const fields = { paymentId: payment.id, error: error instanceof Error ? error.message : String(error) };
    ctx.log.warn(fields, 'attempt could not be given up; its units stay held');
    return false;
  }
}
