import { invitations, users } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { issueOneTimeToken, oneTimeToken } from '../../auth/index.ts';
import { invitationMail, sendMail } from '../../notification/index.ts';

const InvitationFact = z.object({ userId: z.uuid() });

/** Sends the link of an invitation, unless it was withdrawn, accepted or sent again since. */
export async function sendInvitation(ctx: Ctx, fact: { outboxId: string; payload: unknown }): Promise<void> {
  const { outboxId: id } = fact;
  const { userId } = InvitationFact.parse(fact.payload);
  const { authSecret, storefrontUrl } = ctx.config;
  const mail = await inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    const user = await users.lockUser(tx, { id: userId });
    const invitation = await invitations.findInvitation(tx, { userId });
    if (user?.status !== 'active' || invitation?.linkId !== id) return undefined;
    const inviter = await users.findUser(tx, { id: invitation.invitedBy });
    if (!(await issueOneTimeToken(txCtx, { authSecret, id, userId, purpose: 'invite' }))) return undefined;
    return { to: invitation.email, invitedBy: inviter?.name ?? inviter?.email ?? 'Somebody' };
  });
  if (mail === undefined) return;
  const { to, invitedBy } = mail;
  const token = oneTimeToken(authSecret, id);
  await sendMail(ctx, { id, to, mail: invitationMail({ storefrontUrl, token, invitedBy }) });
}
