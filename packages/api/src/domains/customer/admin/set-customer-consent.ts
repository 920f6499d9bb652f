import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { recordConsent } from '../consents/record-consent.ts';
import type { AdminSetConsentInput } from '../consents/schema.ts';
import { lockCustomer } from '../lock-account.ts';
import { getCustomer } from './get-customer.ts';
import type { Customer } from './schema.ts';

/** Writes down what a customer has told staff of marketing. Throws `customer_not_found`. */
export function setCustomerConsent(ctx: Ctx, input: AdminSetConsentInput): Promise<Customer> {
  const { customerId, channel, granted, textVersion } = input;
  return inTransaction(ctx, async (txCtx) => {
    const { id: userId } = await lockCustomer(txCtx, customerId);
    const isNew = await recordConsent(txCtx, { userId, channel, granted, textVersion, source: 'staff' });
    const detail = { channel, granted };
    if (isNew) await audit(txCtx, { action: 'customer.consent_recorded', target: `user:${userId}`, detail });
    return getCustomer(txCtx.tx, { customerId });
  });
}
