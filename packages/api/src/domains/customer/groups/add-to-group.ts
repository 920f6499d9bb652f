import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockCustomer } from '../lock-account.ts';
import { groupRefusal } from './group-refusal.ts';
import { joinGroup } from './join-group.ts';
import type { GroupMemberInput } from './schema.ts';

/** Puts a customer into a group. Refuses with `customer_not_found`, `customer_group_not_found`. */
export async function addToGroup(ctx: Ctx, { code, customerId }: GroupMemberInput): Promise<void> {
  try {
    await inTransaction(ctx, async (txCtx) => {
      const { id: userId } = await lockCustomer(txCtx, customerId);
      await joinGroup(txCtx, { code, userId });
    });
  } catch (error) {
    throw groupRefusal(error);
  }
}
