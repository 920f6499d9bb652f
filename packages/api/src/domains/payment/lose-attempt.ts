import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { next } from '../../kit/state-machine.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { lockCartOfOrder } from '../cart/index.ts';
import { paymentMachine } from './state.ts';

/** Notes that a provider did not answer, so that the worker asks it what became of the attempt. */
export async function loseAttempt(ctx: Ctx, attempt: { id: string; orderId: string }): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await lockCartOfOrder(tx, attempt.orderId);
    const payment = await payments.findPayment(tx.tx, { id: attempt.id });
    const to = payment && next(paymentMachine, payment.status, 'lose');
    if (!payment || to === undefined) return;
    await payments.transitionPayment(tx.tx, { ...payment, from: payment.status, to, at: ctx.now });
  });
}
