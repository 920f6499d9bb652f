import { orders, payments } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { next } from '../../kit/state-machine.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { lockCartOfOrder } from '../cart/index.ts';
import { releaseUnits, reserveStock } from '../inventory/index.ts';
import { confirmOrder, endOrder } from '../order/index.ts';
import type { ProviderResult, ProviderStatus } from './provider.ts';
import { requestRefund } from './request-refund.ts';
import { type PaymentEvent, paymentMachine } from './state.ts';

const EVENTS: Record<ProviderStatus, PaymentEvent> = {
  requires_action: 'require_action',
  processing: 'process',
  authorized: 'authorize',
  captured: 'capture',
  failed: 'fail',
  voided: 'void',
};

type Applied =
  | { outcome: 'applied' | 'unchanged' }
  /** Amount, currency or attempt are not ours: nothing was done but an alert. */
  | { outcome: 'mismatch' }
  | { outcome: 'unknown_attempt' };

/**
 * Applies what a provider says of an attempt, in a transaction of its own. The answer to our call, the
 * webhook and the poll all come through here; whichever is first does the work and the others change nothing.
 */
export function applyResult(ctx: Ctx, attemptId: string, result: ProviderResult): Promise<Applied> {
  return inTransaction(ctx, async (tx) => {
    const found = await payments.findPayment(tx.tx, { id: attemptId });
    if (!found || !(await lockCartOfOrder(tx, found.orderId))) return { outcome: 'unknown_attempt' };
    const payment = await payments.findPayment(tx.tx, { id: attemptId });
    const order = await orders.findOrderHead(tx.tx, { id: found.orderId });
    if (!payment || !order) return { outcome: 'unknown_attempt' };
    return applyToLocked(tx, { payment, order, result });
  });
}

/** The same for a payment whose cart the caller has locked. */
async function applyToLocked(
  ctx: TxCtx,
  facts: { payment: payments.PaymentRow; order: orders.OrderHead; result: ProviderResult },
): Promise<Applied> {
  const { payment, order, result } = facts;
  if (!isAboutThisAttempt(payment, result)) {
    ctx.log.error(
      { paymentId: payment.id, providerRef: result.providerRef },
      'payment event does not match the attempt',
    );
    return { outcome: 'mismatch' };
  }
  const to = next(paymentMachine, payment.status, EVENTS[result.status]);
  if (to === undefined || to === payment.status) return { outcome: 'unchanged' };

  const paid = to === 'captured' || to === 'authorized';
  const superseded = payment.superseded || (paid && payment.status !== 'authorized' && !(await isWanted(ctx, facts)));
  const moved: payments.PaymentRow = {
    ...payment,
    status: to,
    providerRef: result.providerRef ?? payment.providerRef,
    capturedMinor: to === 'captured' ? result.amountMinor : 0,
    failureCode: to === 'failed' ? (result.failureCode ?? 'declined') : null,
    failureMessage: to === 'failed' ? (result.failureMessage ?? null) : null,
    superseded,
    payableByShopper: !paid && to !== 'voided' && (payment.payableByShopper || to === 'requires_action'),
    updatedAt: ctx.now,
  };
  await payments.transitionPayment(ctx.tx, { ...moved, from: payment.status, to, at: ctx.now });
  if (superseded) {
    if (!payment.superseded) await requestRefund(ctx, { payment: moved, reason: 'late_payment' });
  } else if (paid && order.status === 'pending') await settle(ctx, order);
  else if (order.status === 'pending' && (to === 'failed' || to === 'voided')) {
    await releaseUnits(ctx, order.id);
  }
  return { outcome: 'applied' };
}

/**
 * Whether the money of an attempt is what its order waits for. An order that is paid, cancelled, being paid by
 * another attempt, or has another total since its cart was changed does not want it: it goes back.
 */
async function isWanted(
  ctx: TxCtx,
  { payment, order }: { payment: payments.PaymentRow; order: orders.OrderHead },
): Promise<boolean> {
  if (order.status !== 'pending') return false;
  if (order.totalMinor !== payment.amountMinor || order.currency !== payment.currency) return false;
  const live = await payments.findLivePayment(ctx.tx, { orderId: order.id });
  return live === undefined || live.id === payment.id;
}

function isAboutThisAttempt(payment: payments.PaymentRow, result: ProviderResult): boolean {
  return (
    result.amountMinor === payment.amountMinor &&
    result.currency === payment.currency &&
    (result.attemptId === null || result.attemptId === payment.id) &&
    (payment.providerRef === null || result.providerRef === null || result.providerRef === payment.providerRef)
  );
}

/** A paid order gets its units; when they have gone in the meantime it ends, which sends the money back. */
async function settle(ctx: TxCtx, order: orders.OrderHead): Promise<void> {
  if (await confirmOrder(ctx, order)) return;
  const units = await orders.listOrderUnits(ctx.tx, { orderId: order.id });
  const short = await reserveStock(ctx, { orderId: order.id, units });
  if (short.length === 0 && (await confirmOrder(ctx, order))) return;
  await endOrder(ctx, order, 'sold out before the payment arrived');
}
