import {
  beginSignIn,
  type Ctx,
  finishSignIn,
  type IdentityProvider,
  type Runtime,
  refuse,
  resumeSignIn,
} from '@cartwright/api';
import { Hono } from 'hono';
import { answer, answerError, answerJson } from '../http/answer.ts';
import { createCtx, takeAllowance } from '../http/caller.ts';
import { cookieJar } from '../http/cookies.ts';
import type { AppContext, AppEnv } from '../http/exchange.ts';
import { reportError } from '../http/problem.ts';
import { type BindingCookie, bindingCookie } from './binding-cookie.ts';
import { readAnswer, readQuery } from './read-answer.ts';

/**
 * Signing in through the providers of the configuration, to be mounted at `/auth`: `GET /{provider}` sends the browser
 * there, `/{provider}/callback` answers what a login does, or ends at the page that was asked for.
 */
export function socialRoutes({ identityProviders, config }: Runtime): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  for (const provider of identityProviders.values()) {
    const cookie = bindingCookie(config.publicUrl, provider);
    const callback = provider.answersBy === 'form' ? 'POST' : 'GET';
    routes.get(`/${provider.name}`, (c) => begin(c, provider, cookie));
    routes.on(callback, `/${provider.name}/callback`, (c) => finish(c, provider, cookie));
    routes.all(`/${provider.name}`, (c) => answerError(c, refuse('method_not_allowed'), { allow: 'GET' }));
    routes.all(`/${provider.name}/callback`, (c) => answerError(c, refuse('method_not_allowed'), { allow: callback }));
  }
  return routes;
}

async function begin(c: AppContext, provider: IdentityProvider, cookie: BindingCookie): Promise<Response> {
  const { exchange } = c.var;
  await takeAllowance(exchange, 'auth');
  const begun = await beginSignIn(await guestCtx(c), provider, readQuery(c));
  exchange.cookies.push(cookie.set(begun.cookie));
  return answer(c, null, { status: 302, headers: { location: begun.url.href } });
}

async function finish(c: AppContext, provider: IdentityProvider, cookie: BindingCookie): Promise<Response> {
  const { exchange } = c.var;
  await takeAllowance(exchange, 'auth');
  const ctx = await guestCtx(c);
  const brought = await readAnswer(c);
  const sealed = cookie.read(c.req.raw.headers);
  const pending = await resumeSignIn(ctx, { provider: provider.name, cookie: sealed, state: brought.state });
  exchange.cookies.push(cookie.clear());
  const { returnTo } = pending;
  const sendBack = (page: string, said: Record<string, unknown>) =>
    answer(c, null, { status: 303, headers: { location: [page, ...fragment(said)].join('#') } });
  try {
    const finished = await finishSignIn(ctx, provider, { pending, answer: brought });
    if (returnTo === undefined) return answerJson(c, 'login' in finished ? finished.login : finished);
    // The page asks for what it needs of a session in cookies by refreshing it.
    return sendBack(returnTo, 'login' in finished ? {} : finished);
  } catch (error) {
    if (returnTo === undefined) return answerError(c, error);
    const { code, details } = reportError(c, error);
    return sendBack(returnTo, { error: code, ...details });
  }
}

/** What there is to say, if anything, for the page to read; browsers send a fragment to nobody. */
function fragment(said: Record<string, unknown>): string[] {
  const parts = Object.entries(said).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(',') : value;
    return typeof text === 'string' ? [[name, text]] : [];
  });
  return parts.length === 0 ? [] : [new URLSearchParams(parts).toString()];
}

/**
 * Nobody is logged in here, whatever headers say. Cookies may be set in answer to a form of another site too: its state
 * shows that this browser began the sign-in.
 */
async function guestCtx(c: AppContext): Promise<Ctx> {
  const { exchange } = c.var;
  const nothing = new Headers();
  const cookies = cookieJar({ ...exchange, method: 'GET' }, nothing, false);
  return { ...(await createCtx(exchange, nothing)), cookies, userAgent: c.req.header('user-agent') };
}
