import { orders, type payments, type Reader } from '@cartwright/db';
import type { AttemptRequest } from './provider.ts';

/** What a provider is told of an attempt: always from our rows, so that a repetition says the same. */
export async function attemptRequest(
  reader: Reader,
  payment: payments.PaymentRow,
): Promise<AttemptRequest & { providerRef: string | null }> {
  const order = await orders.findOrderHead(reader, { id: payment.orderId });
  if (!order) throw new Error(`Payment ${payment.id} has no order`);
  return {
    attemptId: payment.id,
    orderId: order.id,
    orderNumber: String(order.number),
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    email: order.email,
    paymentMethodId: payment.paymentMethodId,
    createdAt: payment.createdAt,
    providerRef: payment.providerRef,
  };
}
