import { invitations } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { announce } from '../../../kit/announce.ts';
import { secondsAfter } from '../../../kit/clock.ts';

/** As long as its link. */
const LIFE_SECONDS = 7 * 86_400;

/** Saves an invitation that the caller vouches for, in place of an earlier one, and has its link sent. */
export async function announceInvitation(
  ctx: TxCtx,
  invitation: { userId: string; email: string; invitedBy: string; roles: string[] },
): Promise<void> {
  const { tx, ids, now } = ctx;
  const linkId = ids.uuid(now);
  const expiresAt = secondsAfter(now, LIFE_SECONDS);
  await invitations.saveInvitation(tx, { ...invitation, linkId, createdAt: now, expiresAt });
  await announce(ctx, { id: linkId, topic: 'staff.invited', payload: { userId: invitation.userId } });
}
