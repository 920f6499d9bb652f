import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertMayGive } from './assert-may-give.ts';
import { findStaffMember } from './find-staff-member.ts';
import { lockStaff } from './lock-staff.ts';
import type { StaffMember, StaffRoleInput } from './schema.ts';

/**
 * Gives a member of staff another role, which counts within five seconds. Customers are invited instead. Throws
 * `staff_not_found`, `role_unknown`, `permission_not_held`.
 */
export async function grantRole(ctx: Ctx, { userId, roleName }: StaffRoleInput): Promise<StaffMember> {
  const member = await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const user = await lockStaff(txCtx, userId);
    await assertMayGive(txCtx, [roleName]);
    if (!user.roles.includes(roleName)) {
      await roles.insertUserRole(tx, { userId, roleName, now });
      await audit(txCtx, { action: 'staff.role_granted', target: `user:${userId}`, detail: { role: roleName } });
    }
    return findStaffMember(tx, { userId });
  });
  ctx.accessTokens.forgetUser(userId);
  return member;
}
