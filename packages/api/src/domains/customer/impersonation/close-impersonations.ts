import { impersonations } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { auditEnd } from './audit-end.ts';

/**
 * Notes the end of impersonations that nobody ended by hand: their time is over, or their session went with that of the
 * member of staff or with the customer's. At most 1,000; answers how many.
 */
export function closeImpersonations(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, async (txCtx) => {
    const ended = await impersonations.endLapsedImpersonations(txCtx.tx, { now: ctx.now });
    for (const each of ended) await auditEnd(txCtx, each, each.expiresAt <= ctx.now ? 'expired' : 'revoked');
    return ended.length;
  });
}
