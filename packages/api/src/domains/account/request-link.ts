import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { announce } from '../../kit/announce.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { takeMail } from '../auth/index.ts';
import type { LinkPurpose } from './send-link.ts';

/**
 * Has a link sent to an address, if it has an account that needs one. The same is read and written whether it has or
 * not, so neither the answer nor its time tells: what there is to do is found out by the worker.
 */
export async function requestLink(
  ctx: Ctx,
  { email, purpose }: { email: string; purpose: LinkPurpose },
): Promise<void> {
  if (!(await takeMail(ctx, { kind: purpose, email }))) return;
  const userId = (await users.findUserId(ctx.db, { email })) ?? null;
  await inTransaction(ctx, (tx) => announce(tx, { topic: 'user.link_requested', payload: { userId, purpose } }));
}
