import { oneTimeTokens, users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { oneTimeToken } from '../auth/index.ts';
import {
  addressTakenMail,
  confirmEmailMail,
  emailChangeAskedMail,
  emailChangedMail,
  type MailText,
  sendMail,
} from '../notification/index.ts';
import { EmailChange, EmailChangeFact } from './email-change.ts';

/**
 * Sends one of the mails of a change of address. The owner of an address that has an account already is told so
 * instead of getting a link. Nothing is sent of a change that was withdrawn or that a later one has replaced.
 */
export async function sendEmailChange(
  ctx: Ctx,
  { outboxId, payload }: { outboxId: string; payload: unknown },
): Promise<void> {
  const { tokenId, tell } = EmailChangeFact.parse(payload);
  const token = await oneTimeTokens.findOneTimeToken(ctx.db, { id: tokenId });
  if (token === undefined) return;
  const { from, to } = EmailChange.parse(token.payload);
  const { storefrontUrl, authSecret } = ctx.config;
  const send = (address: string, mail: MailText) => sendMail(ctx, { id: outboxId, to: address, mail });
  if (tell === 'asked') return send(from, emailChangeAskedMail({ storefrontUrl, newAddress: to }));
  if (tell === 'done') return send(from, emailChangedMail({ storefrontUrl, newAddress: to }));
  if (token.usedAt !== null) return;
  const taken = await users.findUserId(ctx.db, { email: to });
  if (taken !== undefined) return send(to, addressTakenMail({ storefrontUrl }));
  return send(to, confirmEmailMail({ storefrontUrl, token: oneTimeToken(authSecret, tokenId), oldAddress: from }));
}
