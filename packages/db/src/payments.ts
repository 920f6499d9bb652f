import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export type PaymentStatus =
  | 'created'
  | 'requires_action'
  | 'processing'
  | 'authorized'
  | 'captured'
  | 'failed'
  | 'voided'
  | 'unknown';

/** One attempt to pay an order. Amounts in minor units of its currency. */
export interface PaymentRow {
  id: string;
  orderId: string;
  provider: 'stripe' | 'manual';
  amountMinor: number;
  currency: string;
  status: PaymentStatus;
  paymentMethodId: string | null;
  providerRef: string | null;
  capturedMinor: number;
  failureCode: string | null;
  failureMessage: string | null;
  superseded: boolean;
  /** The shopper holds its client secret: it can be paid even after it has failed. */
  payableByShopper: boolean;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = [
  'id',
  'orderId',
  'provider',
  'amountMinor',
  'currency',
  'status',
  'paymentMethodId',
  'providerRef',
  'capturedMinor',
  'failureCode',
  'failureMessage',
  'superseded',
  'payableByShopper',
  'createdAt',
  'updatedAt',
] as const;

const LIVE: readonly PaymentStatus[] = [
  'created',
  'requires_action',
  'processing',
  'unknown',
  'authorized',
  'captured',
];
const OPEN: readonly PaymentStatus[] = ['created', 'requires_action', 'processing', 'unknown'];

/** Records the intent to pay before any provider hears of it. */
export async function insertPayment(tx: Tx, payment: PaymentRow): Promise<void> {
  await sqlOf(tx).insertInto('payments').values(payment).execute();
}

export async function findPayment(reader: Reader, query: { id: string }): Promise<PaymentRow | undefined> {
  const row = await sqlOf(reader).selectFrom('payments').select(COLUMNS).where('id', '=', query.id).executeTakeFirst();
  return row as PaymentRow | undefined;
}

export async function findPaymentByRef(
  reader: Reader,
  query: { provider: 'stripe' | 'manual'; providerRef: string },
): Promise<PaymentRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('payments')
    .select(COLUMNS)
    .where('provider', '=', query.provider)
    .where('providerRef', '=', query.providerRef)
    .executeTakeFirst();
  return row as PaymentRow | undefined;
}

/** The attempt that counts for an order: open, authorized or captured. There is at most one. */
export async function findLivePayment(reader: Reader, query: { orderId: string }): Promise<PaymentRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('payments')
    .select(COLUMNS)
    .where('orderId', '=', query.orderId)
    .where('status', 'in', LIVE)
    .where('superseded', '=', false)
    .executeTakeFirst();
  return row as PaymentRow | undefined;
}

/** Attempts that can still be paid and have not been looked at since `before`, oldest first. */
export async function listOpenPayments(reader: Reader, query: { before: Date; limit: number }): Promise<PaymentRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('payments')
    .select(COLUMNS)
    .where((eb) => eb.or([eb('status', 'in', OPEN), eb('payableByShopper', '=', true)]))
    .where('updatedAt', '<', query.before)
    .orderBy('updatedAt')
    .limit(query.limit)
    .execute();
  return rows as PaymentRow[];
}

/** Moves an attempt from one state to another; false when it is not in `from` any more. */
export async function transitionPayment(
  tx: Tx,
  move: {
    id: string;
    from: PaymentStatus;
    to: PaymentStatus;
    providerRef: string | null;
    capturedMinor: number;
    failureCode: string | null;
    failureMessage: string | null;
    superseded: boolean;
    payableByShopper: boolean;
    at: Date;
  },
): Promise<boolean> {
  const result = await sqlOf(tx)
    .updateTable('payments')
    .set({
      status: move.to,
      providerRef: move.providerRef,
      capturedMinor: move.capturedMinor,
      failureCode: move.failureCode,
      failureMessage: move.failureMessage,
      superseded: move.superseded,
      payableByShopper: move.payableByShopper,
      updatedAt: move.at,
    })
    .where('id', '=', move.id)
    .where('status', '=', move.from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes that an attempt was looked at; `payableByShopper` false ends the looking at one that has failed. */
export async function savePaymentChecked(
  tx: Tx,
  payment: { id: string; payableByShopper: boolean; at: Date },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('payments')
    .set({ updatedAt: payment.at, payableByShopper: payment.payableByShopper })
    .where('id', '=', payment.id)
    .execute();
}

/** The newest attempt of an order that has failed and can still be paid by the shopper. */
export async function findPayablePayment(reader: Reader, query: { orderId: string }): Promise<PaymentRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('payments')
    .select(COLUMNS)
    .where('orderId', '=', query.orderId)
    .where('status', '=', 'failed')
    .where('payableByShopper', '=', true)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row as PaymentRow | undefined;
}

export type RefundStatus = 'pending' | 'submitted' | 'succeeded' | 'failed';

export interface RefundRow {
  id: string;
  paymentId: string;
  amountMinor: number;
  currency: string;
  status: RefundStatus;
  reason: 'order_cancelled' | 'late_payment';
  providerRef: string | null;
  failureMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const REFUND_COLUMNS = [
  'id',
  'paymentId',
  'amountMinor',
  'currency',
  'status',
  'reason',
  'providerRef',
  'failureMessage',
  'createdAt',
  'updatedAt',
] as const;

export async function insertRefund(tx: Tx, refund: RefundRow): Promise<void> {
  await sqlOf(tx).insertInto('refunds').values(refund).execute();
}

export async function findRefund(reader: Reader, query: { id: string }): Promise<RefundRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('id', '=', query.id)
    .executeTakeFirst();
  return row as RefundRow | undefined;
}

/** Moves a refund from one state to another; false when it is not in `from` any more. */
export async function transitionRefund(
  tx: Tx,
  move: {
    id: string;
    from: RefundStatus;
    to: RefundStatus;
    providerRef: string | null;
    failureMessage: string | null;
    at: Date;
  },
): Promise<boolean> {
  const result = await sqlOf(tx)
    .updateTable('refunds')
    .set({ status: move.to, providerRef: move.providerRef, failureMessage: move.failureMessage, updatedAt: move.at })
    .where('id', '=', move.id)
    .where('status', '=', move.from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether money of a payment is on its way back, or back. */
export async function hasRefund(reader: Reader, query: { paymentId: string }): Promise<boolean> {
  const row = await sqlOf(reader)
    .selectFrom('refunds')
    .select('id')
    .where('paymentId', '=', query.paymentId)
    .where('status', '<>', 'failed')
    .executeTakeFirst();
  return row !== undefined;
}

/** Refunds without a final answer that have not moved since `before`, oldest first. */
export async function listOpenRefunds(reader: Reader, query: { before: Date; limit: number }): Promise<RefundRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('status', 'in', ['pending', 'submitted'])
    .where('updatedAt', '<', query.before)
    .orderBy('updatedAt')
    .limit(query.limit)
    .execute();
  return rows as RefundRow[];
}

/** Notes that an open refund was looked at. */
export async function saveRefundChecked(tx: Tx, refund: { id: string; at: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('refunds')
    .set({ updatedAt: refund.at })
    .where('id', '=', refund.id)
    .where('status', 'in', ['pending', 'submitted'])
    .execute();
}

/** The attempts to pay a customer's orders that have ended. */
export async function listPaymentsOfEndedOrders(reader: Reader, query: { customerId: string }): Promise<PaymentRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('payments')
    .innerJoin('orders', 'orders.id', 'payments.orderId')
    .select(COLUMNS.map((column) => `payments.${column}` as const))
    .where('orders.customerId', '=', query.customerId)
    .where('orders.status', 'in', ['completed', 'cancelled'])
    .orderBy('payments.id')
    .execute();
  return rows as PaymentRow[];
}

/** Forgets what attempts were paid with. */
export async function saveMethodsForgotten(tx: Tx, query: { ids: readonly string[] }): Promise<void> {
  await sqlOf(tx)
    .updateTable('payments')
    .set({ paymentMethodId: null, failureMessage: null })
    .where('id', '=', sql<string>`any(${query.ids}::uuid[])`)
    .execute();
}
