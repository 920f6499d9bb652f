import { appRouter, type ProcedureMeta, toDomainError, toProblem, toTrpcError } from '@cartwright/api';
import { trpcServer } from '@hono/trpc-server';
import type { MiddlewareHandler } from 'hono';
import { limitBody } from './http/body.ts';
import { createCtx, limitClassOf, takeAllowance } from './http/caller.ts';
import type { AppEnv, Exchange } from './http/exchange.ts';
import { problemHeaders, reportError } from './http/problem.ts';
import { announceRefusal } from './http/rate-limit-headers.ts';

const MAX_BATCH_SIZE = 20;

/** tRPC at `/trpc`: the stock handler, with our limits, log and headers around it. */
export function trpcHandler(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method === 'POST') await limitBody(c);
    const { exchange } = c.var;
    const handler = trpcServer({
      router: appRouter,
      endpoint: '/trpc',
      maxBatchSize: MAX_BATCH_SIZE,
      createContext: ({ info, req }) => {
        exchange.streamed = info.accept === 'application/jsonl';
        return openContext(exchange, info.calls, req.headers);
      },
      responseMeta: ({ errors }) => (errors.length === 0 ? {} : { headers: errorHeaders(exchange, errors) }),
      onError: ({ error }) => void reportError(c, error),
    });
    const response = await handler(c, next);
    // It does not say so where it could not read the request.
    if (response instanceof Response && response.headers.get('content-type')?.startsWith('text/plain')) {
      response.headers.set('content-type', 'application/json');
    }
    return response;
  };
}

type Calls = { procedure: { _def: { type: string; meta?: unknown } } | null }[];

/** Every call of a batch takes from its allowance, then all of them share one context. */
async function openContext(exchange: Exchange, calls: Calls, headers: Headers): Promise<Record<string, unknown>> {
  try {
    for (const { procedure } of calls) {
      if (procedure) await takeAllowance(exchange, limitClassOf(procedure._def));
    }
    const metas = calls.map(({ procedure }) => procedure?._def.meta as ProcedureMeta | undefined);
    return { ...(await createCtx(exchange, headers, { sessionless: metas.every((meta) => meta?.sessionless) })) };
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
