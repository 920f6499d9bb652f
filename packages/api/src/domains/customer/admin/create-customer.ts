import { users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { groupRefusal } from '../groups/group-refusal.ts';
import { joinGroup } from '../groups/join-group.ts';
import { lockCustomer } from '../lock-account.ts';
import { saveProfileChange } from '../profile/save-profile-change.ts';
import { getCustomer } from './get-customer.ts';
import type { CreateCustomerInput, Customer } from './schema.ts';

/**
 * Makes an account without a password for somebody. Refuses with `customer_exists`, `currency_unknown`,
 * `customer_group_not_found`.
 */
export async function createCustomer(ctx: Ctx, input: CreateCustomerInput): Promise<Customer> {
  try {
    return await inTransaction(ctx, (txCtx) => insertCustomer(txCtx, input));
  } catch (error) {
    throw groupRefusal(error);
  }
}

async function insertCustomer(ctx: TxCtx, input: CreateCustomerInput): Promise<Customer> {
  const { tx, ids, now } = ctx;
  const { email, groups = [], name = null, ...profile } = input;
  const id = ids.uuid(now);
  const inserted = await users.insertUser(tx, { id, email, name, passwordHash: null, emailVerifiedAt: null, now });
  if (!inserted) throw refuse('customer_exists');
  await saveProfileChange(ctx, await lockCustomer(ctx, id), profile);
  await audit(ctx, { action: 'customer.created', target: `user:${id}` });
  for (const code of new Set(groups)) await joinGroup(ctx, { code, userId: id });
  return getCustomer(tx, { customerId: id });
}
