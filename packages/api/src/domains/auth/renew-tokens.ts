import type { Ctx } from '../../context.ts';
import { ACCESS_COOKIE, REFRESH_COOKIE } from '../../kit/cookie-jar.ts';
import { DomainError } from '../../kit/domain-error.ts';
import { deliverSession } from './deliver-session.ts';
import { refuse } from './errors.ts';
import { refreshSession } from './refresh-session.ts';
import type { LoginResult, RefreshInput } from './schema.ts';

/**
 * Renews a session: by the refresh token of the input, or by the one that the browser keeps in a cookie, which then
 * also takes the next one. Cookies that are worth nothing any more are cleared. Throws as {@link refreshSession} does.
 */
export async function renewTokens(ctx: Ctx, { refreshToken }: RefreshInput): Promise<LoginResult> {
  if (refreshToken !== undefined) return refreshSession(ctx, { refreshToken });
  const kept = ctx.cookies?.read(REFRESH_COOKIE);
  if (kept === undefined) throw refuse('refresh_token_invalid');
  try {
    return await deliverSession(ctx, 'cookie', () => refreshSession(ctx, { refreshToken: kept }));
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unauthenticated') {
      ctx.cookies?.clear(ACCESS_COOKIE);
      ctx.cookies?.clear(REFRESH_COOKIE);
    }
    throw error;
  }
}
