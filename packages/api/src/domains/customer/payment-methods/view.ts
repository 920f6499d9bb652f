import type { savedPaymentMethods } from '@cartwright/db';
import type { SavedPaymentMethod } from './schema.ts';

/** A saved payment method on the wire. A card is good until the end of its month, in UTC. */
export function paymentMethodView(row: savedPaymentMethods.SavedPaymentMethodRow, now: Date): SavedPaymentMethod {
  const { id, provider, reference, type, brand, last4, expiresMonth, expiresYear, isDefault, createdAt } = row;
  const shown = { id, provider, reference, type, brand, last4, isDefault, createdAt };
  if (expiresMonth === null || expiresYear === null) return { ...shown, expires: null, expired: false };
  const months = (year: number, month: number) => year * 12 + month;
  const expired = months(expiresYear, expiresMonth) < months(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return { ...shown, expires: { month: expiresMonth, year: expiresYear }, expired };
}
