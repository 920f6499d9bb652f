import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { EraseCustomerInput } from '../schema.ts';
import { eraseAccount } from './erase-account.ts';

/**
 * Erases somebody's account on their behalf. Throws `user_not_found`, `last_administrator`, `permission_not_held` for
 * staff who may do more than the caller.
 */
export async function eraseCustomer(ctx: Ctx, { customerId: userId }: EraseCustomerInput): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await eraseAccount(tx, { userId, byStaff: true });
    await audit(tx, { action: 'user.erased', target: `user:${userId}` });
  });
  ctx.accessTokens.forgetUser(userId);
}
