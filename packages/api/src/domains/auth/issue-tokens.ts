import type { Ctx } from '../../context.ts';
import { refreshTokenOf } from './refresh-token.ts';
import type { User } from './schema.ts';
import type { Session } from './session-store.ts';
import { toUser } from './view.ts';

/** A session in the hands of whoever opened or renewed it. */
export interface IssuedSession {
  user: User;
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
}

/** The answer to whoever holds the session: who they are, and the tokens of its current generation. */
export async function issueTokens(
  ctx: Pick<Ctx, 'accessTokens' | 'config'>,
  session: Pick<Session, 'id' | 'generation' | 'authenticatedAt'>,
  user: Parameters<typeof toUser>[0],
): Promise<IssuedSession> {
  const refreshToken = refreshTokenOf(ctx.config.authSecret, session);
  const { id: sessionId, authenticatedAt } = session;
  const shown = toUser(user);
  const signed = await ctx.accessTokens.sign({ userId: user.id, sessionId, authenticatedAt, roles: shown.roles });
  return { user: shown, accessToken: signed.accessToken, refreshToken, expiresIn: signed.expiresIn };
}
