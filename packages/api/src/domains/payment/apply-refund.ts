import { payments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { next } from '../../kit/state-machine.ts';
import { inTransaction } from '../../kit/transaction.ts';
import type { RefundResult } from './provider.ts';
import { refundMachine } from './state.ts';

const EVENTS = { submitted: 'submit', succeeded: 'succeed', failed: 'fail' } as const;

/**
 * Applies what a provider says of a refund: the answer to our call, its event and the poll come through here, and
 * whatever says nothing new changes nothing. A refund that failed needs a person, so it is logged as an error.
 */
export async function applyRefund(ctx: Ctx, refundId: string, result: RefundResult): Promise<void> {
  const failed = await inTransaction(ctx, async (tx) => {
    const refund = await payments.findRefund(tx.tx, { id: refundId });
    const to = refund && next(refundMachine, refund.status, EVENTS[result.status]);
    if (!refund || to === undefined) {
      await payments.saveRefundChecked(tx.tx, { id: refundId, at: ctx.now });
      return false;
    }
    const { providerRef, message = null } = result;
    const change = { providerRef: providerRef ?? refund.providerRef, failureMessage: message, at: ctx.now };
    return (
      (await payments.transitionRefund(tx.tx, { id: refundId, from: refund.status, to, ...change })) && to === 'failed'
    );
  });
  if (failed) ctx.log.error({ refundId, message: result.message }, 'refund failed');
}
