import type { Ctx } from '../../context.ts';
import { isErasedAddress } from '../../kit/erased-address.ts';
import type { MailText } from './order-mails.ts';

/**
 * Hands a mail over. One that is sent twice, because a process died before it could note the first time, carries
 * the same Message-ID (`id`). Nothing is sent to an erased person. Throws when the mailer does.
 */
export async function sendMail(ctx: Ctx, item: { id: string; to: string; mail: MailText }): Promise<void> {
  const { id, to, mail } = item;
  if (isErasedAddress(to)) return;
  const where = await ctx.mailer.send({ id, to, ...mail }).catch((cause: unknown) => {
    // It is kept with the job and in the log, where nobody would look for an address that is to be erased.
    throw new Error(String(cause instanceof Error ? cause.message : cause).replaceAll(to, '<the address>'), { cause });
  });
  ctx.log.info({ outboxId: id, mail: where }, `mail sent: ${mail.subject}`);
}
