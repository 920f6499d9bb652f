import type { Ctx } from '../../context.ts';
import { ACCESS_COOKIE, REFRESH_COOKIE } from '../../kit/cookie-jar.ts';
import { inputIssue } from '../../trpc/errors.ts';
import { csrfTokenOf } from './csrf-token.ts';
import type { IssuedSession } from './issue-tokens.ts';
import { SESSION_SECONDS } from './lucia-session-store.ts';
import { readRefreshToken } from './refresh-token.ts';
import type { LoginResult, SessionMode } from './schema.ts';

/**
 * Hands the tokens of a session over as the caller wants them: in the answer, or in cookies that no script can read.
 * Unless said, a caller who is known by a cookie gets cookies. Nothing is issued for a page that may not have them:
 * throws `csrf_token_invalid`, and `invalid_input` where no cookie can be set, before `issue` is called.
 */
export async function deliverSession(
  ctx: Ctx,
  session: SessionMode | undefined,
  issue: () => Promise<IssuedSession>,
): Promise<LoginResult> {
  const { cookies } = ctx;
  if ((session ?? (cookies?.inUse ? 'cookie' : 'bearer')) === 'bearer') return issue();
  if (cookies === undefined) throw inputIssue('/session', 'No cookie can be set here');
  cookies.check();
  const { user, expiresIn, accessToken, refreshToken } = await issue();
  // Both stay as long as the session can: an access token that has expired is answered 401, the sign to refresh.
  cookies.set(ACCESS_COOKIE, accessToken, SESSION_SECONDS);
  cookies.set(REFRESH_COOKIE, refreshToken, SESSION_SECONDS);
  const { authSecret } = ctx.config;
  const sessionId = readRefreshToken(authSecret, refreshToken)?.sessionId ?? '';
  return { user, expiresIn, accessToken: null, refreshToken: null, csrfToken: csrfTokenOf(authSecret, sessionId) };
}
