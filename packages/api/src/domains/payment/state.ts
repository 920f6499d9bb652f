import type { payments } from '@cartwright/db';
import type { Machine } from '../../kit/state-machine.ts';

export type PaymentEvent = 'require_action' | 'process' | 'authorize' | 'capture' | 'fail' | 'void' | 'lose';

const open = {
  require_action: 'requires_action',
  process: 'processing',
  authorize: 'authorized',
  capture: 'captured',
  fail: 'failed',
  void: 'voided',
  lose: 'unknown',
} as const satisfies Partial<Record<PaymentEvent, payments.PaymentStatus>>;

/**
 * A payment attempt. `unknown` is left by asking the provider. A failed attempt can still be paid (a shopper
 * retries in the same form, or our time-out was wrong): the money is then used or sent back, never ignored.
 */
export const paymentMachine: Machine<payments.PaymentStatus, PaymentEvent> = {
  created: open,
  requires_action: open,
  processing: open,
  unknown: open,
  authorized: { capture: 'captured', void: 'voided' },
  failed: { authorize: 'authorized', capture: 'captured' },
  captured: {},
  voided: {},
};

export type RefundEvent = 'submit' | 'succeed' | 'fail';

export const refundMachine: Machine<payments.RefundStatus, RefundEvent> = {
  pending: { submit: 'submitted', succeed: 'succeeded', fail: 'failed' },
  submitted: { succeed: 'succeeded', fail: 'failed' },
  // A bank can send the money back to the shop days later.
  succeeded: { fail: 'failed' },
  failed: {},
};
