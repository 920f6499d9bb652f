import { orders, type payments, type Reader, savedPaymentMethods } from '@cartwright/db';
import type { AttemptRequest } from './provider.ts';

/** What a provider is told of an attempt: always from our rows, so that a repetition says the same. */
export async function attemptRequest(
  reader: Reader,
  payment: payments.PaymentRow,
): Promise<AttemptRequest & { providerRef: string | null }> {
  const order = await orders.findOrderHead(reader, { id: payment.orderId });
  if (!order) throw new Error(`Payment ${payment.id} has no order`);
  const { customerId: userId } = order;
  const { provider, paymentMethodId: reference } = payment;
  const method = userId === null || reference === null ? undefined : { userId, provider, reference };
  // One that an account keeps is used in its name or not at all.
  const customerRef = method && (await savedPaymentMethods.findCustomerOfMethod(reader, method));
  return {
    attemptId: payment.id,
    orderId: order.id,
    orderNumber: String(order.number),
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    email: order.email,
    paymentMethodId: payment.paymentMethodId,
    ...(customerRef !== undefined && { customerRef }),
    createdAt: payment.createdAt,
    providerRef: payment.providerRef,
  };
}
