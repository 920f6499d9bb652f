import { roles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { disableUser, enableUser } from '../../auth/index.ts';
import { findStaffMember } from './find-staff-member.ts';
import { lockStaff } from './lock-staff.ts';
import type { StaffIdInput, StaffMember } from './schema.ts';

/**
 * Switches a member of staff off: their sessions end, their tokens and API keys are refused within five seconds; their
 * roles wait for them. Throws `staff_not_found`, `permission_not_held`, `last_administrator`.
 */
export const disableStaff = (ctx: Ctx, input: StaffIdInput): Promise<StaffMember> => change(ctx, input, disableUser);

/** Switches a member of staff on again. Throws `staff_not_found`, `permission_not_held`. */
export const enableStaff = (ctx: Ctx, input: StaffIdInput): Promise<StaffMember> => change(ctx, input, enableUser);

async function change(ctx: Ctx, { userId }: StaffIdInput, apply: typeof disableUser): Promise<StaffMember> {
  const member = await inTransaction(ctx, async (txCtx) => {
    // Before the account, as whoever takes both does.
    await roles.lockAdministrators(txCtx.tx);
    await lockStaff(txCtx, userId);
    await apply(txCtx, { userId });
    return findStaffMember(txCtx.tx, { userId });
  });
  ctx.accessTokens.forgetUser(userId);
  return member;
}
