import { type Actor, addressBlock, type Ctx, type LimitClass, type ProcedureMeta, refuse } from '@cartwright/api';
import type { Exchange } from './exchange.ts';
import { announceAllowance } from './rate-limit-headers.ts';

const GUEST: Actor = { kind: 'guest' };
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

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

/** Who asks. No `Authorization` is a guest; one that does not check out throws `unauthenticated`, never a guest. */
async function actorOf(exchange: Exchange, headers: Headers): Promise<Actor> {
  const authorization = headers.get('authorization');
  if (authorization === null) return GUEST;
  const token = BEARER.exec(authorization)?.[1];
  const actor = token === undefined ? undefined : await exchange.runtime.accessTokens.verify(token);
  if (actor === undefined) throw refuse('unauthenticated');
  return actor;
}

/** The context that procedures get. */
export async function createCtx(exchange: Exchange, headers: Headers): Promise<Ctx> {
  const actor = await actorOf(exchange, headers);
  return {
    ...exchange.runtime,
    actor,
    requestId: exchange.requestId,
    now: exchange.now,
    clientAddress: exchange.clientAddress,
    userAgent: headers.get('user-agent') ?? undefined,
    cartToken: headers.get('cart-token') ?? undefined,
    orderToken: headers.get('order-token') ?? undefined,
    idempotencyKey: headers.get('idempotency-key') ?? undefined,
  };
}
