import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockCustomer } from '../lock-account.ts';
import { saveProfileChange } from '../profile/save-profile-change.ts';
import { getCustomer } from './get-customer.ts';
import type { Customer, UpdateCustomerInput } from './schema.ts';

/**
 * Changes what is given of a customer's profile; the last one to write wins, unless a version is sent along. The address
 * of the account is its owner's to change. Refuses with `customer_not_found`, `version_conflict`, `currency_unknown`.
 */
export function updateCustomer(ctx: Ctx, input: UpdateCustomerInput): Promise<Customer> {
  const { customerId, ...change } = input;
  return inTransaction(ctx, async (txCtx) => {
    const fields = await saveProfileChange(txCtx, await lockCustomer(txCtx, customerId), change);
    // Which fields, not what they say: the log outlives the account.
    if (fields.length > 0) {
      await audit(txCtx, { action: 'customer.updated', target: `user:${customerId}`, detail: { fields } });
    }
    return getCustomer(txCtx.tx, { customerId });
  });
}
