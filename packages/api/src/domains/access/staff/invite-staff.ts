import { invitations, users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { findActingUser } from '../find-acting-user.ts';
import { announceInvitation } from './announce-invitation.ts';
import { assertMayGive } from './assert-may-give.ts';
import { findStaffMember } from './find-staff-member.ts';
import type { InviteStaffInput, StaffMember } from './schema.ts';

/**
 * Invites somebody to join the staff with these roles, by a link to their address, in place of an earlier invitation.
 * An address without an account gets one that nobody can log in to before the invitation is accepted. Throws
 * `role_unknown`, `permission_not_held`, `already_staff`, `invitee_disabled`.
 */
export function inviteStaff(ctx: Ctx, input: InviteStaffInput): Promise<StaffMember> {
  const { roles } = input;
  return inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    const { id: invitedBy } = await findActingUser(tx, ctx.actor);
    const user = await lockOrMakeUser(txCtx, input);
    if (user.status !== 'active') throw refuse('invitee_disabled');
    if (user.roles.length > 0) throw refuse('already_staff', { details: { userId: user.id } });
    const before = await invitations.lockInvitation(tx, { userId: user.id });
    // What is replaced is taken away.
    await assertMayGive(txCtx, [...new Set([...roles, ...(before?.roles ?? [])])]);
    await announceInvitation(txCtx, { userId: user.id, email: user.email, invitedBy, roles });
    await audit(txCtx, { action: 'staff.invited', target: `user:${user.id}`, detail: { roles } });
    return findStaffMember(tx, { userId: user.id });
  });
}

async function lockOrMakeUser({ tx, ids, now }: TxCtx, { email, name }: InviteStaffInput): Promise<users.UserRow> {
  const account = { id: ids.uuid(now), email, name: name ?? null, passwordHash: null, emailVerifiedAt: null, now };
  await users.insertUser(tx, account);
  const user = await users.lockUserByEmail(tx, { email });
  if (user === undefined) throw new Error('The account vanished while it was invited.');
  return user;
}
