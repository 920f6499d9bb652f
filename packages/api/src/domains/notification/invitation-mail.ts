import { composeMail } from './compose-mail.ts';
import type { MailText } from './order-mails.ts';

/** To somebody who is asked to join the staff. */
export function invitationMail(mail: { storefrontUrl: string; token: string; invitedBy: string }): MailText {
  return composeMail('You are invited to join the staff', [
    `${mail.invitedBy} invites you to join the staff of ${mail.storefrontUrl}. Accept within a week:`,
    // After `#`, so that a browser tells the token to no server.
    new URL(`${mail.storefrontUrl}/account/accept-invitation#token=${mail.token}`),
    'If you do not know what this is about, there is nothing to do.',
  ]);
}
