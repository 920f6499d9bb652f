import type { Ctx } from '../../../context.ts';
import { userIdOf } from '../../../kit/actor.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../../../trpc/errors.ts';
import { eraseAccount } from './erase-account.ts';

/** Erases the caller's own account. Throws `last_administrator`. */
export async function deleteAccount(ctx: Ctx): Promise<void> {
  const userId = userIdOf(ctx.actor);
  if (userId === undefined) throw refuse('unauthenticated');
  await inTransaction(ctx, (tx) => eraseAccount(tx, { userId, byStaff: false }));
  ctx.accessTokens.forgetUser(userId);
}
