import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { ownUserId } from '../own-account.ts';
import { endOpenImpersonations } from './end-open-impersonations.ts';

/** Ends what the caller looks at as a customer, called with either of their tokens. Ending nothing is no error. */
export async function endImpersonation(ctx: Ctx): Promise<void> {
  const staffId = ctx.actor.kind === 'impersonation' ? ctx.actor.staffId : ownUserId(ctx);
  const ended = await inTransaction(ctx, (txCtx) => endOpenImpersonations(txCtx, { staffId, how: 'ended' }));
  for (const customerId of ended) ctx.accessTokens.forgetUser(customerId);
}
