import { customerGroups } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';

/** Deletes a group; the customers in it stay. Throws `customer_group_not_found`. */
export function deleteGroup(ctx: Ctx, { code }: { code: string }): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    if (!(await customerGroups.deleteCustomerGroup(txCtx.tx, { code }))) throw refuse('customer_group_not_found');
    await audit(txCtx, { action: 'customer_group.deleted', target: `customer-group:${code}` });
  });
}
