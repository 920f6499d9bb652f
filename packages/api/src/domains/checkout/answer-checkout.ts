import { orderDetails } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { orderToken, orderView } from '../order/index.ts';
import { type ProviderResult, paymentErrors } from '../payment/index.ts';
import type { CheckoutResult } from './schema.ts';

const refuse = errorsOf(paymentErrors);

const STATUS: Record<string, CheckoutResult['payment']['status']> = {
  created: 'processing',
  unknown: 'processing',
  processing: 'processing',
  requires_action: 'requires_action',
  authorized: 'authorized',
  captured: 'captured',
  failed: 'failed',
  voided: 'failed',
};

/**
 * What a checkout answers: the order as it is now, its capability, and how its last attempt stands. Throws
 * `payment_declined` when that attempt has failed and the order still waits to be paid.
 */
export async function answerCheckout(ctx: Ctx, orderId: string, result?: ProviderResult): Promise<CheckoutResult> {
  const order = await orderDetails.findOrderDetails(ctx.db, { id: orderId });
  if (!order) throw new Error(`Order ${orderId} vanished`);
  // The attempt that counts, or the last that did not.
  const attempts = order.payments.filter(({ superseded }) => !superseded);
  const payment = attempts.find(({ status }) => status !== 'failed' && status !== 'voided') ?? attempts.at(-1);
  const status = STATUS[payment?.status ?? ''] ?? 'processing';
  if (status === 'failed' && order.status === 'pending') {
    const declineCode = payment?.failureCode ?? result?.failureCode ?? 'declined';
    throw refuse('payment_declined', { details: { orderId, orderNumber: String(order.number), declineCode } });
  }
  const clientSecret = status === 'requires_action' ? result?.clientSecret : undefined;
  return {
    order: orderView(order),
    orderToken: orderToken(ctx.config.authSecret, orderId),
    payment: { status, ...(clientSecret && { clientSecret }) },
  };
}
