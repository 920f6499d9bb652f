import { users } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../context.ts';
import { type MailText, sendMail } from '../notification/index.ts';

const AccountFact = z.object({ userId: z.uuid() });

/** Tells the owner of an active account something about it. */
export async function sendNotice(
  ctx: Ctx,
  { outboxId, payload }: { outboxId: string; payload: unknown },
  mail: (store: { storefrontUrl: string }) => MailText,
): Promise<void> {
  const user = await users.findUser(ctx.db, { id: AccountFact.parse(payload).userId });
  if (user?.status !== 'active') return;
  await sendMail(ctx, { id: outboxId, to: user.email, mail: mail({ storefrontUrl: ctx.config.storefrontUrl }) });
}
