import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { ADMINISTRATOR } from '../../../kit/actor.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertNotLastAdministrator } from '../../auth/index.ts';
import { lockStaff } from './lock-staff.ts';
import type { StaffRoleInput } from './schema.ts';

/**
 * Takes a role from a member of staff, who can do what it allows for five seconds at most. Whoever loses the last one
 * is a customer again. Throws `staff_not_found`, `permission_not_held`, `last_administrator`.
 */
export async function revokeRole(ctx: Ctx, { userId, roleName }: StaffRoleInput): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    if (roleName === ADMINISTRATOR) await roles.lockAdministrators(tx);
    const user = await lockStaff(txCtx, userId);
    if (roleName === ADMINISTRATOR) await assertNotLastAdministrator(tx, user);
    if (!(await roles.deleteUserRole(tx, { userId, roleName }))) return;
    await audit(txCtx, { action: 'staff.role_revoked', target: `user:${userId}`, detail: { role: roleName } });
  });
  ctx.accessTokens.forgetUser(userId);
}
