import { customerGroups } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { groupRefusal } from './group-refusal.ts';
import type { CreateGroupInput, CustomerGroup } from './schema.ts';

/** Makes a group of customers. Refuses with `customer_group_taken`. */
export async function createGroup(ctx: Ctx, input: CreateGroupInput): Promise<CustomerGroup> {
  const { code, name, description = '' } = input;
  const group = { code, name, description, createdAt: ctx.now, updatedAt: ctx.now };
  try {
    await inTransaction(ctx, async (txCtx) => {
      await customerGroups.insertCustomerGroup(txCtx.tx, group);
      await audit(txCtx, { action: 'customer_group.created', target: `customer-group:${code}`, detail: { name } });
    });
  } catch (error) {
    throw groupRefusal(error);
  }
  return { ...group, memberCount: 0 };
}
