import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBefore, secondsBetween } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { RESERVATION_SECONDS } from '../inventory/index.ts';
import { ProviderUnavailableError } from './provider.ts';
import { resolveAttempt } from './resolve-attempt.ts';
import { submitRefund } from './submit-refund.ts';

const QUIET_SECONDS = 30;
const BATCH = 200;

/**
 * Settles every attempt and every refund that has been left open: by a process that died between our two
 * transactions, by a provider that did not answer, or by an event that never came. One that cannot be settled
 * holds up none of the others.
 */
export async function resolveOpenPayments(ctx: Ctx): Promise<void> {
  const query = { before: secondsBefore(ctx.now, QUIET_SECONDS), limit: BATCH };
  for (const payment of await payments.listOpenPayments(ctx.db, query)) {
    const giveUp = secondsBetween(payment.createdAt, ctx.now) >= RESERVATION_SECONDS;
    const resolved = await attempt(ctx, { paymentId: payment.id }, () => resolveAttempt(ctx, payment, { giveUp }));
    if (resolved === 'provider_down') break;
    if (resolved === 'failed') {
      const { id, payableByShopper } = payment;
      await inTransaction(ctx, (tx) => payments.savePaymentChecked(tx.tx, { id, payableByShopper, at: ctx.now }));
    }
  }
  for (const refund of await payments.listOpenRefunds(ctx.db, query)) {
    const resolved = await attempt(ctx, { refundId: refund.id }, () => submitRefund(ctx, refund.id));
    if (resolved === 'provider_down') break;
    if (resolved === 'failed') {
      await inTransaction(ctx, (tx) => payments.saveRefundChecked(tx.tx, { id: refund.id, at: ctx.now }));
    }
  }
}

async function attempt(
  ctx: Ctx,
  subject: object,
  work: () => Promise<unknown>,
): Promise<'done' | 'failed' | 'provider_down'> {
  try {
    await work();
    return 'done';
  } catch (error) {
    const fields = { ...subject, error: error instanceof Error ? error.message : String(error) };
    if (error instanceof ProviderUnavailableError) {
      ctx.log.warn(fields, 'provider does not answer; what is open stays open');
      return 'provider_down';
    }
    ctx.log.error(fields, 'payment could not be settled');
    return 'failed';
  }
}
