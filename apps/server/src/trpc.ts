import { appRouter, type Ctx, type ProcedureMeta, toDomainError, toProblem, toTrpcError } from '@cartwright/api';
import { trpcServer } from '@hono/trpc-server';
import type { MiddlewareHandler, Next } from 'hono';
import { limitBody } from './http/body.ts';
import { createCtx, limitClassOf, takeAllowance } from './http/caller.ts';
import type { AppContext, AppEnv, Exchange } from './http/exchange.ts';
import { problemHeaders, reportError } from './http/problem.ts';
import { announceRefusal } from './http/rate-limit-headers.ts';
import { answerSharedQuery, sharedQueryOf } from './shared-trpc.ts';

const MAX_BATCH_SIZE = 20;

/** tRPC at `/trpc`: the stock handler, with our limits, log and headers around it. */
export function trpcHandler(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method === 'POST') await limitBody(c);
    const { exchange } = c.var;
    const shared = sharedQueryOf(c);
    if (shared === undefined) return handle(c, next, {});
    try {
      await takeAllowance(exchange, shared.limit);
    } catch {
      // Refused once more, in its own words.
      return handle(c, next, {});
    }
    return answerSharedQuery(c, shared, async (readsFrom) => {
      const response = await handle(c, next, { readsFrom, admitted: true });
      return response instanceof Response ? response : c.res;
    });
  };
}

interface CallOptions {
  readsFrom?: Ctx['readsFrom'];
  /** Its allowance has been taken. */
  admitted?: boolean;
}

async function handle(c: AppContext, next: Next, options: CallOptions): Promise<Response | undefined> {
  const { exchange } = c.var;
  const handler = trpcServer({
    router: appRouter,
    endpoint: '/trpc',
    maxBatchSize: MAX_BATCH_SIZE,
    createContext: ({ info, req }) => {
      exchange.streamed = info.accept === 'application/jsonl';
      return openContext(exchange, { calls: info.calls, headers: req.headers, options });
    },
    responseMeta: ({ errors }) => (errors.length === 0 ? {} : { headers: errorHeaders(exchange, errors) }),
    onError: ({ error }) => void reportError(c, error),
  });
  const response = (await handler(c, next)) ?? undefined;
  // It does not say so where it could not read the request.
  if (response?.headers.get('content-type')?.startsWith('text/plain')) {
    response.headers.set('content-type', 'application/json');
  }
  return response;
}

type Calls = { procedure: { _def: { type: string; meta?: unknown } } | null }[];

/** Every call of a batch takes from its allowance, then all of them share one context. */
async function openContext(
  exchange: Exchange,
  { calls, headers, options }: { calls: Calls; headers: Headers; options: CallOptions },
): Promise<Record<string, unknown>> {
  try {
    for (const { procedure } of calls) {
      if (procedure && !options.admitted) await takeAllowance(exchange, limitClassOf(procedure._def));
    }
    const metas = calls.map(({ procedure }) => procedure?._def.meta as ProcedureMeta | undefined);
    const ctx = await createCtx(exchange, headers, { sessionless: metas.every((meta) => meta?.sessionless) });
    return { ...ctx, readsFrom: options.readsFrom };
  } catch (error) {
    throw toTrpcError(toDomainError(error));
  }
}

/** Of several failed calls in a batch, the last one that has something to say. */
function errorHeaders(exchange: Exchange, errors: unknown[]): Record<string, string> {
  const problems = errors.map((error) => toProblem(toDomainError(error), exchange.requestId));
  for (const problem of problems) announceRefusal(exchange, problem);
  return Object.assign({}, ...problems.map(problemHeaders));
}
