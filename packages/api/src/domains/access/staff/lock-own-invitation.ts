import { invitations, users } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { assertMayGive } from './assert-may-give.ts';

/** Locks an invitation that is to change. Throws `invitation_not_found`, `permission_not_held`. */
export async function lockOwnInvitation(ctx: TxCtx, userId: string): Promise<invitations.InvitationRow> {
  const user = await users.lockUser(ctx.tx, { id: userId });
  const invitation = user && (await invitations.lockInvitation(ctx.tx, { userId }));
  if (invitation === undefined) throw refuse('invitation_not_found');
  await assertMayGive(ctx, invitation.roles);
  return invitation;
}
