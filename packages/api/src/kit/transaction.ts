import { transaction } from '@cartwright/db';
import type { Ctx, TxCtx } from '../context.ts';

/**
 * Opens the one transaction of a use case. Inside it there is no payment provider and no mailer to call:
 * the narrowed context has none, so nothing outside the database can happen under a row lock.
 */
export function inTransaction<T>(ctx: Ctx, body: (tx: TxCtx) => Promise<T>): Promise<T> {
  const { requestId, now, ids, log, queue } = ctx;
  return transaction(ctx.db, async (tx) => {
    const actor = (await ctx.currentActor?.(tx)) ?? ctx.actor;
    return body({ tx, actor, requestId, now, ids, log, queue });
  });
}
