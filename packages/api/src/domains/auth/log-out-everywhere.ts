import type { Ctx } from '../../context.ts';
import { sessionIdOf, userIdOf } from '../../kit/actor.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from '../../trpc/errors.ts';
import { endSessions } from './end-sessions.ts';

/** Ends every session of the caller's account; with `keepCurrent`, all but the one that asks. */
export async function logOutEverywhere(ctx: Ctx, { keepCurrent }: { keepCurrent: boolean }): Promise<void> {
  const userId = userIdOf(ctx.actor);
  if (userId === undefined) throw refuse('unauthenticated');
  const own = keepCurrent ? sessionIdOf(ctx.actor) : undefined;
  await inTransaction(ctx, ({ tx }) => endSessions(tx, { userId, ...(own !== undefined && { exceptSessionId: own }) }));
  ctx.accessTokens.forgetUser(userId);
}
