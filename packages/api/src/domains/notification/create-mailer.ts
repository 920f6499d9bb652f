import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Config } from '../../runtime/config.ts';
import type { Mail, Mailer } from './mailer.ts';

function message(mail: Mail, from: string) {
  return {
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.id}@cartwright>`,
    // Bytes and remote files are never taken from a mail's text.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** SMTP where it is configured; otherwise each mail becomes one `.eml` file in a folder. */
export function createMailer(mail: Config['mail']): Mailer {
  if ('smtpUrl' in mail) {
    const transport = createTransport(mail.smtpUrl, { from: mail.from });
    return {
      async send(item) {
        await transport.sendMail(message(item, mail.from));
        return 'smtp';
      },
      close: async () => transport.close(),
    };
  }
  const folder = resolve(mail.folder);
  const transport = createTransport({ streamTransport: true, buffer: true });
  let made: Promise<unknown> | undefined;
  return {
    async send(item) {
      const sent = await transport.sendMail(message(item, mail.from));
      made ??= mkdir(folder, { recursive: true });
      await made;
      const path = join(folder, `${item.id}.eml`);
      await writeFile(path, sent.message as Buffer);
      return path;
    },
    close: async () => transport.close(),
  };
}
