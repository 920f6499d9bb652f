import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse } from './errors.ts';
import { type IssuedSession, issueTokens } from './issue-tokens.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { readRefreshToken } from './refresh-token.ts';
import type { SessionOwner } from './session-store.ts';

/** Parallel tabs and retries may present the last token this long and get the same successor. */
const GRACE_MS = 20_000;

/**
 * Replaces a refresh token by its successor. Throws `refresh_token_invalid`, or `refresh_token_reused` for a token
 * that was replaced longer ago, in which case whoever else holds a token of the session is logged out too.
 */
export async function refreshSession(ctx: Ctx, { refreshToken }: { refreshToken: string }): Promise<IssuedSession> {
  const presented = readRefreshToken(ctx.config.authSecret, refreshToken);
  if (presented === undefined) throw refuse('refresh_token_invalid');
  const { sessionId, generation } = presented;

  let { session, owner } = await findLiving(ctx, sessionId);
  if (session.generation === generation) {
    const { now } = ctx;
    const rotated = await inTransaction(ctx, ({ tx }) => luciaSessionStore.rotate(tx, { sessionId, generation, now }));
    if (rotated) return issueTokens(ctx, { ...session, generation: generation + 1 }, userOf(owner));
    ({ session, owner } = await findLiving(ctx, sessionId));
  }
  if (session.generation < generation) throw refuse('refresh_token_invalid');
  const age = ctx.now.getTime() - session.rotatedAt.getTime();
  if (session.generation === generation + 1 && age < GRACE_MS) return issueTokens(ctx, session, userOf(owner));

  // Committed before the refusal is thrown, which would roll it back.
  await inTransaction(ctx, ({ tx, now }) => luciaSessionStore.end(tx, { sessionId, now }));
  ctx.accessTokens.forget(sessionId);
  throw refuse('refresh_token_reused');
}

/** The owner with the names of their roles. */
const userOf = (owner: SessionOwner) => ({ ...owner, roles: owner.roles.map(({ name }) => name) });

async function findLiving(ctx: Ctx, sessionId: string) {
  const found = await luciaSessionStore.find(ctx.db, { sessionId, now: ctx.now });
  // Staff who look on have no refresh token, so nobody can have come by one honestly.
  if (!found?.owner.active || found.session.impersonatorId !== undefined) throw refuse('refresh_token_invalid');
  return found;
}
