import { orders, payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { assertOwnOrder } from '../order/index.ts';
import { type ProviderResult, ProviderUnavailableError, refuse, resolveAttempt } from '../payment/index.ts';
import { answerCheckout } from './answer-checkout.ts';
import type { CheckoutResult } from './schema.ts';

/**
 * The shopper is back from the provider: asks it how the open attempt stands and applies the answer, unless
 * the webhook has done so already. Refuses with `order_not_found`, `payment_declined`, `payment_provider_unreachable`.
 */
export async function completeCheckout(ctx: Ctx, input: { orderId: string }): Promise<CheckoutResult> {
  const order = await orders.findOrderHead(ctx.db, { id: input.orderId });
  assertOwnOrder(ctx, order);
  let result: ProviderResult | undefined;
  const query = { orderId: order.id };
  // A shopper who was declined may have paid in the same form after all.
  const open =
    order.status === 'pending'
      ? ((await payments.findLivePayment(ctx.db, query)) ?? (await payments.findPayablePayment(ctx.db, query)))
      : undefined;
  try {
    if (open) result = await resolveAttempt(ctx, open, { giveUp: false });
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error;
    throw refuse('payment_provider_unreachable', { retryAfterSeconds: 5, cause: error });
  }
  return answerCheckout(ctx, order.id, result);
}
