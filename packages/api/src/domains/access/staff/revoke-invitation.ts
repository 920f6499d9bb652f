import { invitations } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockOwnInvitation } from './lock-own-invitation.ts';
import type { StaffIdInput } from './schema.ts';

/** Withdraws an invitation: its link opens nothing any more. Throws `invitation_not_found`, `permission_not_held`. */
export function revokeInvitation(ctx: Ctx, { userId }: StaffIdInput): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    const { roles } = await lockOwnInvitation(txCtx, userId);
    await invitations.deleteInvitation(txCtx.tx, { userId });
    await audit(txCtx, { action: 'staff.invitation_revoked', target: `user:${userId}`, detail: { roles } });
  });
}
