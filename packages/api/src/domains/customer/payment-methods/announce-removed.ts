import type { savedPaymentMethods } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { announce } from '../../../kit/announce.ts';

/** Lets the worker tell the provider, as often as it takes, that the account keeps this no longer. */
export function announceRemoved(
  ctx: TxCtx,
  { provider, reference }: Pick<savedPaymentMethods.SavedPaymentMethodRow, 'provider' | 'reference'>,
): Promise<void> {
  return announce(ctx, { topic: 'payment_method.removed', payload: { provider, reference } });
}
