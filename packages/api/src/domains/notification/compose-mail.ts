import { escapeHtml } from '../../kit/escape-html.ts';
import type { MailText } from './order-mails.ts';

/** A mail of paragraphs, each a text or a link of its own: the same as text and as HTML. */
export function composeMail(subject: string, paragraphs: readonly (string | URL)[]): MailText {
  const html = paragraphs.map((part) => {
    const text = escapeHtml(String(part));
    return `<p>${part instanceof URL ? `<a href="${text}">${text}</a>` : text}</p>`;
  });
  return { subject, text: `${paragraphs.map(String).join('\n\n')}\n`, html: html.join('') };
}
