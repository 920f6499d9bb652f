import { customers } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { disableUser, enableUser } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import { getCustomer } from './get-customer.ts';
import type { Customer } from './schema.ts';

/**
 * Lets a customer log in no more, or again. Disabling ends their sessions, those of staff who look on included, within
 * five seconds everywhere. Throws `customer_not_found`, also for an account with a staff role.
 */
export async function switchCustomer(
  ctx: Ctx,
  { customerId: userId, to }: { customerId: string; to: 'active' | 'disabled' },
): Promise<Customer> {
  if (!(await customers.isCustomer(ctx.db, { id: userId }))) throw refuse('customer_not_found');
  const customer = await inTransaction(ctx, async (txCtx) => {
    await (to === 'disabled' ? disableUser(txCtx, { userId }) : enableUser(txCtx, { userId }));
    // Asked again under the lock: somebody may have become staff since.
    return getCustomer(txCtx.tx, { customerId: userId });
  });
  ctx.accessTokens.forgetUser(userId);
  return customer;
}
