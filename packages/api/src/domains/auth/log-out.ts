import type { Ctx } from '../../context.ts';
import { sessionIdOf } from '../../kit/actor.ts';
import { ACCESS_COOKIE, REFRESH_COOKIE } from '../../kit/cookie-jar.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { readRefreshToken } from './refresh-token.ts';
import type { LogoutInput } from './schema.ts';

/**
 * Ends the session of the caller's access token and that of the refresh token, which may come in a cookie; a browser
 * that has our cookies forgets them. Ending nothing is no error.
 */
export async function logOut(ctx: Ctx, input: LogoutInput): Promise<void> {
  const kept = ctx.cookies?.read(REFRESH_COOKIE);
  const ended = new Set<string>();
  const own = sessionIdOf(ctx.actor);
  if (own !== undefined) ended.add(own);
  for (const token of [input?.refreshToken, kept]) {
    const presented = token === undefined ? undefined : readRefreshToken(ctx.config.authSecret, token);
    if (presented !== undefined) ended.add(presented.sessionId);
  }
  if (ended.size > 0) {
    await inTransaction(ctx, async ({ tx, now }) => {
      for (const sessionId of ended) await luciaSessionStore.end(tx, { sessionId, now });
    });
    for (const sessionId of ended) ctx.accessTokens.forget(sessionId);
  }
  if (kept === undefined) return;
  ctx.cookies?.clear(ACCESS_COOKIE);
  ctx.cookies?.clear(REFRESH_COOKIE);
}
