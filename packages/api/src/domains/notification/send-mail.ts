import { outbox } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import type { MailText } from './order-mails.ts';

/**
 * Hands the mail of a fact over, once: a fact whose mail was sent is left alone, and one that is sent twice,
 * because a process died in between, carries the same Message-ID. Throws what the mailer throws.
 */
export async function sendMail(ctx: Ctx, fact: { outboxId: string; to: string; mail: MailText }): Promise<void> {
  const { outboxId, to, mail } = fact;
  if (await outbox.findMailDelivery(ctx.db, { outboxId })) return;
  const where = await ctx.mailer.send({ id: outboxId, to, ...mail });
  await inTransaction(ctx, async (tx) => {
    await outbox.insertMailDelivery(tx.tx, { outboxId, recipient: to, sentAt: ctx.now });
  });
  ctx.log.info({ outboxId, mail: where }, `mail sent: ${mail.subject}`);
}
