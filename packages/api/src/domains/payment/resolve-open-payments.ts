import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBefore, secondsBetween } from '../../kit/clock.ts';
import { RESERVATION_SECONDS } from '../inventory/index.ts';
import { ProviderUnavailableError } from './provider.ts';
import { resolveAttempt } from './resolve-attempt.ts';

const QUIET_SECONDS = 30;
const BATCH = 200;

/**
 * Settles every attempt that has been left open: by a process that died between our two transactions, by a
 * provider that did not answer, or by a webhook that never came. Answers how many were looked at.
 */
export async function resolveOpenPayments(ctx: Ctx): Promise<number> {
  const before = secondsBefore(ctx.now, QUIET_SECONDS);
  const open = await payments.listOpenPayments(ctx.db, { before, limit: BATCH });
  for (const payment of open) {
    const ageSeconds = secondsBetween(payment.createdAt, ctx.now);
    try {
      await resolveAttempt(ctx, payment, { giveUp: ageSeconds >= RESERVATION_SECONDS });
    } catch (error) {
      if (!(error instanceof ProviderUnavailableError)) throw error;
      ctx.log.warn({ paymentId: payment.id }, 'provider does not answer; the attempt stays open');
    }
  }
  return open.length;
}
