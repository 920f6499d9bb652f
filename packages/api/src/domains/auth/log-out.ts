import type { Ctx } from '../../context.ts';
import { sessionIdOf } from '../../kit/actor.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { readRefreshToken } from './refresh-token.ts';
import type { LogoutInput } from './schema.ts';

/** Ends the session of the caller's access token and that of the refresh token. Ending nothing is no error. */
export async function logOut(ctx: Ctx, input: LogoutInput): Promise<void> {
  const given = input?.refreshToken && readRefreshToken(ctx.config.authSecret, input.refreshToken);
  const ended = new Set<string>();
  const own = sessionIdOf(ctx.actor);
  if (own !== undefined) ended.add(own);
  if (given) ended.add(given.sessionId);
  if (ended.size === 0) return;
  await inTransaction(ctx, async ({ tx, now }) => {
    for (const sessionId of ended) await luciaSessionStore.end(tx, { sessionId, now });
  });
  for (const sessionId of ended) ctx.accessTokens.forget(sessionId);
}
