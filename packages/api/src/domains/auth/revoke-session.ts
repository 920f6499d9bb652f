import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from '../../trpc/errors.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { RevokeSessionInput } from './schema.ts';

/** Ends one of the caller's sessions, also the one that asks. Throws `not_found` for anybody else's. */
export async function revokeSession(ctx: Ctx, { sessionId: publicId }: RevokeSessionInput): Promise<void> {
  const userId = userIdOf(ctx.actor);
  if (userId === undefined) throw refuse('unauthenticated');
  const ended = await inTransaction(ctx, ({ tx }) => luciaSessionStore.endOwn(tx, { userId, publicId }));
  if (!ended) throw refuse('not_found');
  ctx.accessTokens.forgetUser(userId);
}
