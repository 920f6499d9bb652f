import { customerGroups } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { groupRefusal } from './group-refusal.ts';
import type { CustomerGroup, UpdateGroupInput } from './schema.ts';

/** Renames or describes a group; the last one to write wins. Refuses with `customer_group_not_found`, `customer_group_taken`. */
export async function updateGroup(ctx: Ctx, input: UpdateGroupInput): Promise<CustomerGroup> {
  const { code, name, description } = input;
  const detail = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
  try {
    return await inTransaction(ctx, async (txCtx) => {
      const { tx, now } = txCtx;
      const saved = await customerGroups.saveCustomerGroup(tx, { code, ...detail, now });
      if (!saved) throw refuse('customer_group_not_found');
      await audit(txCtx, { action: 'customer_group.updated', target: `customer-group:${code}`, detail });
      const group = await customerGroups.findCustomerGroup(tx, { code });
      if (!group) throw refuse('customer_group_not_found');
      return group;
    });
  } catch (error) {
    throw groupRefusal(error);
  }
}
