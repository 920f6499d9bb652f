import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { findActingUser } from '../find-acting-user.ts';
import { announceInvitation } from './announce-invitation.ts';
import { findStaffMember } from './find-staff-member.ts';
import { lockOwnInvitation } from './lock-own-invitation.ts';
import type { StaffIdInput, StaffMember } from './schema.ts';

/**
 * Sends an invitation again: another link for another week, for which the caller vouches from now on. The one before it
 * opens nothing any more. Throws `invitation_not_found`, `permission_not_held`.
 */
export function resendInvitation(ctx: Ctx, { userId }: StaffIdInput): Promise<StaffMember> {
  return inTransaction(ctx, async (txCtx) => {
    const { id: invitedBy } = await findActingUser(txCtx.tx, ctx.actor);
    const { email, roles } = await lockOwnInvitation(txCtx, userId);
    await announceInvitation(txCtx, { userId, email, invitedBy, roles });
    await audit(txCtx, { action: 'staff.invitation_resent', target: `user:${userId}`, detail: { roles } });
    return findStaffMember(txCtx.tx, { userId });
  });
}
