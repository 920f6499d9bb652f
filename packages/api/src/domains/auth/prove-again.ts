import type { users } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { sessionIdOf } from '../../kit/actor.ts';
import { ACCESS_COOKIE } from '../../kit/cookie-jar.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from '../../trpc/errors.ts';
import { luciaSessionStore, SESSION_SECONDS } from './lucia-session-store.ts';
import { toUser } from './view.ts';

/**
 * Notes that the owner of the caller's session has just proven again who they are, and hands over an access token that
 * says so: in the answer, or in the cookie of a caller who is known by one. `also` is saved with it. Throws
 * `unauthenticated` when the session has ended.
 */
export async function proveAgain(
  ctx: Ctx,
  { user, amr, also }: { user: users.UserRow; amr: readonly string[]; also?: (ctx: TxCtx) => Promise<void> },
): Promise<{ accessToken: string | null; expiresIn: number }> {
  const { now, cookies } = ctx;
  const sessionId = sessionIdOf(ctx.actor) ?? '';
  if (cookies?.inUse) cookies.check();
  await inTransaction(ctx, async (txCtx) => {
    await also?.(txCtx);
    const proven = await luciaSessionStore.prove(txCtx.tx, { sessionId, userId: user.id, amr, now });
    if (!proven) throw refuse('unauthenticated');
  });
  const { roles } = toUser(user);
  const signed = await ctx.accessTokens.sign({ userId: user.id, sessionId, authenticatedAt: now, roles });
  if (!cookies?.inUse) return signed;
  cookies.set(ACCESS_COOKIE, signed.accessToken, SESSION_SECONDS);
  return { ...signed, accessToken: null };
}
