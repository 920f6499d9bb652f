import { newBalanceTransaction, newRefund } from './builders.ts';
import { ApiError, invalidRequest, resourceMissing } from './errors.ts';
import { patchMetadata } from './metadata.ts';
import type { Charge, PaymentMethod, Refund } from './objects.ts';
import { amount, choice, list, metadata, object, optional, text } from './params.ts';
import { behaviourOf } from './test-payment-methods.ts';
import type { Transaction } from './transaction.ts';

/** Parameters of `POST /v1/refunds`. */
export const refundParams = object({
  amount: optional(amount),
  charge: optional(text()),
  expand: optional(list(text(200), 20)),
  metadata: optional(metadata),
  payment_intent: optional(text()),
  reason: optional(choice('duplicate', 'fraudulent', 'requested_by_customer')),
});

/** What `refundParams` yields. */
export type RefundParams = ReturnType<typeof refundParams>;

/** Parameters of `POST /v1/refunds/{id}`. */
export const refundUpdateParams = object({ expand: optional(list(text(200), 20)), metadata: optional(metadata) });

/** Finds the refund named in the URL. */
export function existingRefund(tx: Transaction, id: string): Refund {
  const refund = tx.find('refund', id);
  if (refund === undefined) throw resourceMissing('refund', id);
  return refund;
}

function chargeFor(tx: Transaction, params: RefundParams): Charge {
  if (params.payment_intent === undefined && params.charge === undefined) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.', {
      code: 'parameter_missing',
    });
  }
  if (params.payment_intent !== undefined) {
    const intent = tx.find('payment_intent', params.payment_intent);
    if (intent === undefined) throw resourceMissing('payment_intent', params.payment_intent, 'payment_intent');
    const charge = tx.find('charge', intent.latest_charge ?? '');
    if (charge === undefined || charge.status !== 'succeeded' || !charge.captured) {
      throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
        param: 'payment_intent',
      });
    }
    if (params.charge === undefined || params.charge === charge.id) return charge;
    throw invalidRequest('The charge does not belong to the payment_intent.', { param: 'charge' });
  }
  const charge = tx.find('charge', params.charge ?? '');
  if (charge === undefined) throw resourceMissing('charge', params.charge ?? '', 'charge');
  if (charge.status === 'succeeded' && charge.captured) return charge;
  throw invalidRequest(`Charge ${charge.id} has not been captured and cannot be refunded.`, { param: 'charge' });
}

function chargeWith(charge: Charge, refund: Refund, refundedDelta: number): Charge {
  const amountRefunded = charge.amount_refunded + refundedDelta;
  const others = charge.refunds.data.filter((known) => known.id !== refund.id);
  return {
    ...charge,
    amount_refunded: amountRefunded,
    refunded: amountRefunded >= charge.amount_captured,
    refunds: { ...charge.refunds, data: [refund, ...others] },
  };
}

/**
 * Gives back all or part of what was captured.
 *
 * @throws ApiError 400 beyond the captured amount.
 */
export function createRefund(tx: Transaction, params: RefundParams): Refund {
  const charge = chargeFor(tx, params);
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0) {
    throw new ApiError(400, {
      type: 'invalid_request_error',
      code: 'charge_already_refunded',
      message: `Charge ${charge.id} has already been refunded.`,
    });
  }
  const refundAmount = params.amount ?? left;
  if (refundAmount > left) {
    throw invalidRequest(
      `Refund amount (${refundAmount}) is greater than unrefunded amount on charge (${left}) in minor units of ${charge.currency}`,
      { param: 'amount' },
    );
  }
  const behaviour = behaviourOf(tx.find('payment_method', charge.payment_method) ?? {})?.refund;
  const fresh = newRefund(tx, charge, {
    amount: refundAmount,
    metadata: patchMetadata({}, params.metadata),
    reason: params.reason ?? null,
    status: behaviour === 'pending' ? 'pending' : 'succeeded',
  });
  const movement = newBalanceTransaction(tx, {
    amount: -refundAmount,
    currency: charge.currency,
    source: fresh.id,
    type: 'refund',
  });
  const refund = tx.put({ ...fresh, balance_transaction: tx.put(movement).id });
  if (behaviour !== 'succeeds') tx.settleLater(refund.id);
  const { amount_refunded } = charge;
  tx.emit('refund.created', refund);
  tx.emit('charge.refunded', tx.put(chargeWith(charge, refund, refundAmount)), { amount_refunded });
  return refund;
}

/** Changes a refund's metadata. */
export function updateRefund(tx: Transaction, id: string, params: ReturnType<typeof refundUpdateParams>): Refund {
  const current = existingRefund(tx, id);
  const refund = tx.put({ ...current, metadata: patchMetadata(current.metadata, params.metadata) });
  const charge = tx.find('charge', refund.charge);
  if (charge !== undefined) tx.put(chargeWith(charge, refund, 0));
  tx.emit('refund.updated', refund);
  tx.emit('charge.refund.updated', refund);
  return refund;
}

interface PaymentMethods {
  find(kind: 'payment_method', id: string): PaymentMethod | undefined;
}

/** True while a refund still has a change of status ahead of it. */
export function isUnsettled(tx: PaymentMethods, refund: Refund): boolean {
  if (refund.status !== 'succeeded') return refund.status === 'pending';
  return behaviourOf(tx.find('payment_method', refund.payment_method ?? '') ?? {})?.refund === 'fails';
}

/** Ends a refund whose status changes after it was created. */
export function finishRefund(tx: Transaction, refund: Refund): void {
  const charge = tx.find('charge', refund.charge);
  if (!isUnsettled(tx, refund) || charge === undefined) return;
  const failed = refund.status === 'succeeded';
  const previous = { status: refund.status };
  const settled: Refund = failed
    ? { ...refund, failure_reason: 'expired_or_canceled_card', status: 'failed' }
    : { ...refund, status: 'succeeded' };
  tx.put(settled);
  tx.put(chargeWith(charge, settled, failed ? -refund.amount : 0));
  tx.emit('refund.updated', settled, previous);
  tx.emit('charge.refund.updated', settled, previous);
  if (failed) tx.emit('refund.failed', settled, previous);
}
