import { httpBatchLink, httpLink, type Operation, splitLink, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import superjson from 'superjson';
import { problemOf } from './problem.ts';
import { delayBeforeRetry, type RetryPolicy } from './retry.ts';
import type { AppRouter } from './router-types.ts';
import type { Session } from './session.ts';

/** What the server accepts in one batch. */
const MAX_BATCH_ITEMS = 20;
/** Proxies commonly refuse longer request lines. */
const MAX_URL_LENGTH = 4_000;

/**
 * Set on one call by `{ context }`, it overrides what the client sends with every call.
 *
 * @example
 * ```ts
 * import { type CallContext, createCartwrightClient } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 * const context: CallContext = { orderToken: '…' };
 * const order = await client.order.get.query({ orderId: '01900000-0000-7000-8000-000000000000' }, { context: { ...context } });
 * console.log(order.status);
 * ```
 */
export interface CallContext {
  cartToken?: string | undefined;
  orderToken?: string | undefined;
  idempotencyKey?: string | undefined;
}

interface InternalContext extends CallContext {
  accessToken?: string | undefined;
}

export interface TransportOptions {
  url: string;
  fetch: typeof globalThis.fetch;
  /** Headers of every request: the caller's own and the capabilities it holds. */
  headers: () => Record<string, string> | Promise<Record<string, string>>;
}

/** The last link: queries of one moment share a request, a mutation has its own and so its own Idempotency-Key. */
export function transportLink(options: TransportOptions): TRPCLink<AppRouter> {
  const { url, fetch, headers } = options;
  const shared = { url, fetch, transformer: superjson };
  return splitLink({
    condition: (op) => !hasOwnHeaders(op.context),
    true: httpBatchLink<AppRouter>({
      ...shared,
      maxItems: MAX_BATCH_ITEMS,
      maxURLLength: MAX_URL_LENGTH,
      headers: async ({ opList }) => ({ ...(await headers()), ...contextHeaders(opList[0].context) }),
    }),
    false: httpLink<AppRouter>({
      ...shared,
      headers: async ({ op }) => ({ ...(await headers()), ...contextHeaders(op.context) }),
    }),
  });
}

/** True for every mutation, which has its key. */
function hasOwnHeaders(context: InternalContext): boolean {
  return context.cartToken !== undefined || context.orderToken !== undefined || context.idempotencyKey !== undefined;
}

function contextHeaders(context: InternalContext): Record<string, string> {
  const { accessToken, cartToken, orderToken, idempotencyKey } = context;
  return {
    ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    ...(cartToken !== undefined && { 'cart-token': cartToken }),
    ...(orderToken !== undefined && { 'order-token': orderToken }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  };
}

/** Gives every mutation its key, the access token to every call, and repeats what may be repeated. */
export function resilientLink(policy: RetryPolicy, session?: Session): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const stop = new AbortController();
        let sent: Unsubscribable | undefined;
        const send = (context: InternalContext) =>
          new Promise<Parameters<typeof observer.next>[0]>((resolve, reject) => {
            sent = next({ ...op, context: { ...context } }).subscribe({ next: resolve, error: reject });
          });
        const signal = op.signal ? AbortSignal.any([stop.signal, op.signal]) : stop.signal;
        callUntilSettled({ op, policy, session, signal, send }).then(
          (result) => {
            observer.next(result);
            observer.complete();
          },
          (error) => observer.error(error),
        );
        return () => {
          stop.abort();
          sent?.unsubscribe();
        };
      });
}

interface Attempts<T> {
  op: Operation;
  policy: RetryPolicy;
  session: Session | undefined;
  signal: AbortSignal;
  send: (context: InternalContext) => Promise<T>;
}

async function callUntilSettled<T>({ op, policy, session, signal, send }: Attempts<T>): Promise<T> {
  const context: InternalContext = { ...op.context };
  if (op.type === 'mutation') context.idempotencyKey ??= newIdempotencyKey();
  context.accessToken = await session?.accessToken();
  let renewed = false;
  let proven = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(context);
    } catch (error) {
      const code = context.accessToken === undefined ? undefined : problemOf(error)?.code;
      // Only this 401 is about the token; repeating any other would give the same wrong proof twice.
      if (session !== undefined && !renewed && code === 'unauthenticated') {
        renewed = true;
        context.accessToken = await session.renew(context.accessToken);
        if (context.accessToken === undefined) throw error;
        continue;
      }
      if (session !== undefined && !proven && code === 'step_up_required') {
        proven = true;
        const accessToken = await session.proveAgain();
        if (accessToken === undefined) throw error;
        context.accessToken = accessToken;
        continue;
      }
      const delayMs = delayBeforeRetry(policy, op, { attempt, error });
      if (delayMs === undefined) throw error;
      await pause(delayMs, signal);
    }
  }
}

/** 128 random bits; not crypto.randomUUID, which pages served over plain http do not have. */
function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
