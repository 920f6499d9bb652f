import { customerGroups } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockCustomer } from '../lock-account.ts';
import type { GroupMemberInput } from './schema.ts';

/** Takes a customer out of a group; one that is not in it stays out. Throws `customer_not_found`. */
export function removeFromGroup(ctx: Ctx, { code, customerId }: GroupMemberInput): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    const { id: userId } = await lockCustomer(txCtx, customerId);
    if (!(await customerGroups.deleteGroupMember(txCtx.tx, { groupCode: code, userId }))) return;
    await audit(txCtx, { action: 'customer.group_left', target: `user:${userId}`, detail: { group: code } });
  });
}
