import type { Ctx } from '../../context.ts';
import { sha256Hex } from '../../kit/ids.ts';

/** Mails that can be caused again and again: by anybody, but for the notice, which needs a session of the account. */
export type MailKind =
  | 'already_registered'
  | 'sign_up_code'
  | 'verify_email'
  | 'reset_password'
  | 'change_email'
  | 'change_email_notice';

/**
 * Counts a mail that the caller would cause; false when the mailbox has had enough of its kind in the last hour: then
 * no mail is written, and the answer stays the same. Each kind by itself, so that nobody can use up the mails that let
 * an owner back in. Not in a transaction.
 */
export async function takeMail(ctx: Ctx, { kind, email }: { kind: MailKind; email: string }): Promise<boolean> {
  const { allowed } = await ctx.limiter.attempt('mail', `${kind}:${sha256Hex(mailboxOf(email))}`);
  return allowed;
}

/** `a.b+c@example.com` is usually the mailbox of `ab@example.com`; where it is not, the two share an allowance. */
function mailboxOf(email: string): string {
  const at = email.lastIndexOf('@');
  const [mailbox = ''] = email.slice(0, at).split('+');
  return mailbox.replaceAll('.', '') + email.slice(at);
}
