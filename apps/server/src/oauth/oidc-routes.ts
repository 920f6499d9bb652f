import {
  createOidcProvider,
  loginWithIdentity,
  openPendingSignIn,
  type Runtime,
  SIGN_IN_SECONDS,
  sealPendingSignIn,
} from '@cartwright/api';
import { Hono } from 'hono';
import { answer, answerJson } from '../http/answer.ts';
import { createCtx, takeAllowance } from '../http/caller.ts';
import type { AppEnv } from '../http/exchange.ts';

/**
 * Signing in through the OpenID Connect provider of the configuration, to be mounted at `/auth/oidc`: `GET /` sends
 * the browser there, `GET /callback` answers what a login does. Without a provider there are no routes.
 */
export function oidcRoutes(runtime: Runtime): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const { oidc, publicUrl, authSecret } = runtime.config;
  if (oidc === undefined) return routes;

  const redirectUri = `${publicUrl}/auth/oidc/callback`;
  const provider = createOidcProvider({ ...oidc, redirectUri, clock: runtime.clock });
  const cookie = bindingCookie(publicUrl);

  routes.get('/', async (c) => {
    const { exchange } = c.var;
    await takeAllowance(exchange, 'auth');
    const { url, pending } = await provider.begin();
    const value = sealPendingSignIn(authSecret, pending, exchange.now);
    return answer(c, null, { status: 302, headers: { location: url.href, 'set-cookie': cookie.set(value) } });
  });

  routes.get('/callback', async (c) => {
    const { exchange } = c.var;
    await takeAllowance(exchange, 'auth');
    const pending = openPendingSignIn(authSecret, cookie.read(c.req.header('cookie')), exchange.now);
    const identity = await provider.finish(pending, c.req.query());
    const ctx = { ...(await createCtx(exchange, new Headers())), userAgent: c.req.header('user-agent') };
    return answerJson(c, await loginWithIdentity(ctx, identity), 200, { 'set-cookie': cookie.clear() });
  });
  return routes;
}

/** Binds a sign-in to the browser that began it. `__Host-` keeps other hosts of the domain from setting it. */
function bindingCookie(publicUrl: string) {
  const secure = publicUrl.startsWith('https:');
  const name = secure ? '__Host-cartwright-sign-in' : 'cartwright-sign-in';
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return {
    set: (value: string) => `${name}=${value}; Max-Age=${SIGN_IN_SECONDS}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read(header = ''): string | undefined {
      const pairs = header.split(';').map((pair) => pair.trim());
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    },
  };
}
