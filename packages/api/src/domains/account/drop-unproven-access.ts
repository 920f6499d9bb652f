import type { TxCtx } from '../../context.ts';
import { forgetFactors } from '../second-factor/index.ts';
import { forgetIdentities } from '../social/index.ts';

/**
 * Takes away what a stranger may have added to an account before the owner of its address proved to be one: whatever
 * else logs in to it.
 */
export async function dropUnprovenAccess(ctx: TxCtx, userId: string): Promise<void> {
  await forgetIdentities(ctx.tx, { userId });
  await forgetFactors(ctx, userId);
}
