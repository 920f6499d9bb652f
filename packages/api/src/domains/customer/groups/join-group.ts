import { customerGroups } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';

/** Puts a locked customer into a group and notes it, unless they are in it. Violates `customer_group_members_group_code_fkey`. */
export async function joinGroup(ctx: TxCtx, member: { code: string; userId: string }): Promise<void> {
  const { code: groupCode, userId } = member;
  const joined = await customerGroups.insertGroupMember(ctx.tx, { groupCode, userId, now: ctx.now });
  if (!joined) return;
  await audit(ctx, { action: 'customer.group_joined', target: `user:${userId}`, detail: { group: groupCode } });
}
