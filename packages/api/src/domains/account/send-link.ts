import { users } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { issueOneTimeToken, oneTimeToken } from '../auth/index.ts';
import { resetPasswordMail, sendMail, verifyEmailMail } from '../notification/index.ts';

/** Links that anybody may ask for, since they go to the owner of the address only. */
const LinkPurpose = z.enum(['verify_email', 'reset_password']);
export type LinkPurpose = z.infer<typeof LinkPurpose>;

/** `userId` is null when an unknown address was named: then there is nothing to do. */
const LinkFact = z.object({ userId: z.uuid().nullable(), purpose: LinkPurpose });

const MAILS = { verify_email: verifyEmailMail, reset_password: resetPasswordMail };

/**
 * Makes the token of a link, under the id of the fact that asks for it, and sends it to the account's address. Nothing
 * is sent to an account that is not active, for an address that is verified already, or once a later link was asked
 * for.
 */
export async function sendLink(ctx: Ctx, { outboxId, payload }: { outboxId: string; payload: unknown }): Promise<void> {
  const { userId, purpose } = LinkFact.parse(payload);
  if (userId === null) return;
  const { authSecret } = ctx.config;
  const to = await inTransaction(ctx, async (txCtx) => {
    const user = await users.lockUser(txCtx.tx, { id: userId });
    if (user?.status !== 'active') return undefined;
    if (purpose === 'verify_email' && user.emailVerifiedAt !== null) return undefined;
    const token = { authSecret, id: outboxId, userId, purpose };
    return (await issueOneTimeToken(txCtx, token)) ? user.email : undefined;
  });
  if (to === undefined) return;
  const link = { storefrontUrl: ctx.config.storefrontUrl, token: oneTimeToken(authSecret, outboxId) };
  await sendMail(ctx, { id: outboxId, to, mail: MAILS[purpose](link) });
}
