import type { TxCtx } from '../../context.ts';
import { announce } from '../../kit/announce.ts';
import type { FactorChange } from '../notification/index.ts';

/** Lets the owner of the account know by mail, in the transaction that changes it. */
export function announceChange(ctx: TxCtx, payload: { userId: string; change: FactorChange }): Promise<void> {
  return announce(ctx, { topic: 'user.security_changed', payload });
}
