import { type orders, payments } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { announcePlaced } from '../order/index.ts';
import { manualProvider } from './manual-provider.ts';
import type { ProviderName } from './provider.ts';

/** Whether paying needs nobody outside: by invoice, on delivery, or nothing at all. */
export function isSettledAtOnce(order: { totalMinor: number }, method: { provider: ProviderName }): boolean {
  return method.provider === 'manual' || order.totalMinor === 0;
}

/**
 * Records the attempt to pay a pending order before any provider hears of it. One that is settled
 * at once is settled in this very transaction, over units that are allocated already: then the answer is undefined.
 */
export async function openAttempt(
  ctx: TxCtx,
  order: orders.OrderHead,
  method: { provider: ProviderName; paymentMethodId: string | null },
): Promise<payments.PaymentRow | undefined> {
  const { id: orderId, totalMinor: amountMinor, currency, email } = order;
  const local = isSettledAtOnce(order, method);
  const id = ctx.ids.uuid(ctx.now);
  const { paymentMethodId } = method;
  const attempt = { attemptId: id, orderId, orderNumber: String(order.number), amountMinor, currency, email };
  const decided = local ? manualProvider.decide({ ...attempt, paymentMethodId, createdAt: ctx.now }) : undefined;
  const payment: payments.PaymentRow = {
    id,
    orderId,
    provider: local ? 'manual' : method.provider,
    amountMinor,
    currency,
    status: decided?.status ?? 'created',
    paymentMethodId,
    providerRef: decided?.providerRef ?? null,
    capturedMinor: 0,
    failureCode: null,
    failureMessage: null,
    superseded: false,
    payableByShopper: false,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
  await payments.insertPayment(ctx.tx, payment);
  if (!decided) return payment;
  await announcePlaced(ctx, order);
  return undefined;
}
