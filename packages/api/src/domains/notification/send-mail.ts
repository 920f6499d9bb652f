import type { Ctx } from '../../context.ts';
import type { MailText } from './order-mails.ts';

/**
 * Hands a mail over. One that is sent twice, because a process died before it could note the first time, carries
 * the same Message-ID (`id`). Throws what the mailer throws.
 */
export async function sendMail(ctx: Ctx, item: { id: string; to: string; mail: MailText }): Promise<void> {
  const { id, to, mail } = item;
  const where = await ctx.mailer.send({ id, to, ...mail });
  ctx.log.info({ outboxId: id, mail: where }, `mail sent: ${mail.subject}`);
}
