import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, describe, expect, test } from 'vitest';
import { createMailer } from './create-mailer.ts';

const mail = {
  id: '0198-id',
  to: 'ada@example.com',
  subject: 'Your order 1001 – danke',
  text: 'Grüße',
  html: '<p>Grüße</p>',
};

const folder = await mkdtemp(join(tmpdir(), 'mail-'));
afterAll(() => rm(folder, { recursive: true }));

describe('a folder', () => {
  test('gets one file a mail, the same one when it is sent again', async () => {
    const mailer = createMailer({ from: 'Shop <shop@example.com>', folder: join(folder, 'made', 'here') });
    const path = await mailer.send(mail);
    expect(await mailer.send(mail)).toBe(path);
    expect(await readdir(join(folder, 'made', 'here'))).toEqual(['0198-id.eml']);
    const text = await readFile(path, 'utf8');
    expect(text).toContain('To: ada@example.com');
    expect(text).toContain('Message-ID: <0198-id@cartwright>');
    await mailer.close();
  });
});

describe('SMTP', () => {
  test('hands the mail over to the one recipient, whatever the address looks like', async () => {
    const received: { to: string[]; text: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          received.push({ to, text: Buffer.concat(chunks).toString() });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const mailer = createMailer({ from: 'shop@example.com', smtpUrl: `smtp://127.0.0.1:${port}` });
    await mailer.send(mail);
    await mailer.send({ ...mail, to: '"a, b@evil.example" <c>@example.com' }).catch(() => undefined);
    await mailer.close();
    await new Promise<void>((resolve) => server.close(resolve));
    expect(received[0]?.to).toEqual(['ada@example.com']);
    expect(received[0]?.text).toContain('Message-ID: <0198-id@cartwright>');
    for (const { to } of received) expect(to).toHaveLength(1);
  });
});
