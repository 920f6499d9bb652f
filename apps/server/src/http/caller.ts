import {
  ACCESS_COOKIE,
  type Actor,
  addressBlock,
  type Ctx,
  isCsrfToken,
  type LimitClass,
  type ProcedureMeta,
  refuse,
} from '@cartwright/api';
import { cookieJar, cookieNameOn, isFromOwnPage, isUnsafe, readCookie } from './cookies.ts';
import type { Exchange } from './exchange.ts';
import { announceAllowance } from './rate-limit-headers.ts';

const GUEST: Actor = { kind: 'guest' };
const BEARER = 'bearer ';

/** The allowance that a call of a procedure takes from. */
export function limitClassOf(procedure: { type: string; meta?: unknown }): LimitClass {
  const meta = procedure.meta as ProcedureMeta | undefined;
  return meta?.limit ?? (procedure.type === 'query' ? 'read' : 'cart');
}

/** Takes one from the caller's allowance, and lets the answer say what is left. Throws `rate_limited`. */
export async function takeAllowance(exchange: Exchange, limit: LimitClass): Promise<void> {
  const allowance = await exchange.runtime.limiter.take(limit, addressBlock(exchange.clientAddress));
  if (allowance === undefined) return;
  announceAllowance(exchange, limit, allowance);
  if (allowance.allowed) return;
  throw refuse('rate_limited', { retryAfterSeconds: allowance.renewedInSeconds, details: { limit } });
}

/** Whether a request says who makes it, rightly or not. */
export function claimsIdentity({ runtime }: Exchange, headers: Headers): boolean {
  return headers.has('authorization') || accessCookie(runtime.config, headers) !== undefined;
}

function accessCookie({ publicUrl }: { publicUrl: string }, headers: Headers): string | undefined {
  const cookies = headers.get('cookie');
  return cookies === null ? undefined : readCookie(cookies, cookieNameOn(publicUrl, ACCESS_COOKIE));
}

/**
 * Who asks. Neither `Authorization` nor our cookie is a guest; one that does not check out throws `unauthenticated`,
 * never a guest. The header goes first. Who is known by a cookie changes things with an `X-CSRF-Token` and from a page
 * of ours only: throws `csrf_token_invalid`.
 */
async function actorOf(
  exchange: Exchange,
  headers: Headers,
  sessionless: boolean,
): Promise<[Actor, byCookie: boolean]> {
  const { accessTokens, config } = exchange.runtime;
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const isBearer = authorization.slice(0, BEARER.length).toLowerCase() === BEARER;
    const actor = isBearer ? await holderOf(exchange, authorization.slice(BEARER.length).trimStart()) : undefined;
    if (actor === undefined) throw refuse('unauthenticated');
    return [actor, false];
  }
  const cookie = sessionless ? undefined : accessCookie(config, headers);
  if (cookie === undefined) return [GUEST, false];
  const actor = await accessTokens.verify(cookie);
  if (actor === undefined || !('sessionId' in actor)) throw refuse('unauthenticated');
  if (isUnsafe(exchange.method)) {
    const given = headers.get('x-csrf-token') ?? '';
    const proven = isCsrfToken(config.authSecret, actor.sessionId, given) && isFromOwnPage(exchange, headers);
    if (!proven) throw refuse('csrf_token_invalid');
  }
  return [actor, true];
}

function holderOf(exchange: Exchange, token: string): Promise<Actor | undefined> {
  const { accessTokens, apiKeys } = exchange.runtime;
  if (!apiKeys.isKey(token)) return accessTokens.verify(token);
  // A key that this process has not seen is a guess until the database knows it.
  return apiKeys.verify(token, () => takeAllowance(exchange, 'auth'));
}

/** The context that procedures get. For `sessionless` ones it does not matter who a cookie says is calling. */
export async function createCtx(
  exchange: Exchange,
  headers: Headers,
  { sessionless = false }: { sessionless?: boolean } = {},
): Promise<Ctx> {
  const [actor, byCookie] = await actorOf(exchange, headers, sessionless);
  return {
    ...exchange.runtime,
    actor,
    requestId: exchange.requestId,
    now: exchange.now,
    clientAddress: exchange.clientAddress,
    userAgent: headers.get('user-agent') ?? undefined,
    cookies: cookieJar(exchange, headers, byCookie),
    cartToken: headers.get('cart-token') ?? undefined,
    orderToken: headers.get('order-token') ?? undefined,
    idempotencyKey: headers.get('idempotency-key') ?? undefined,
  };
}
