import { escapeHtml } from '../../kit/escape-html.ts';
import type { MailText } from './order-mails.ts';

/** Told to the owner of an address that somebody tried to register again; the caller learns nothing. */
export function knownAddressMail(publicUrl: string): MailText {
  const lines = [
    `Somebody tried to open an account at ${publicUrl} with this address, which has one already.`,
    'If it was you, log in with your password. If it was not, there is nothing to do.',
  ];
  return {
    subject: 'You already have an account',
    text: `${lines.join('\n\n')}\n`,
    html: lines.map((line) => `<p>${escapeHtml(line)}</p>`).join(''),
  };
}
