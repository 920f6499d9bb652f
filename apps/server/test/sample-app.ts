import { type Ctx, type ProcedureMeta, type Runtime, refuse } from '@cartwright/api';
import { initTRPC } from '@trpc/server';
import { Hono } from 'hono';
import { z } from 'zod';
import { answerError } from '../src/http/answer.ts';
import type { AppEnv } from '../src/http/exchange.ts';
import { exchangeMiddleware } from '../src/http/exchange-middleware.ts';
import { restHandler } from '../src/rest/handler.ts';
import { type RestRoute, restRoutes } from '../src/rest/routes.ts';

const t = initTRPC.context<Ctx>().meta<ProcedureMeta>().create();
const tags: [string] = ['Sample'];
const rest = (
  method: RestRoute['method'],
  path: `/v1/${string}`,
  successStatus?: 200 | 201 | 202 | 204,
): { rest: NonNullable<ProcedureMeta['rest']>; access: 'public' } => ({
  access: 'public',
  rest: { method, path, summary: 'Sample', tags, ...(successStatus && { successStatus }) },
});

const Filters = z.strictObject({
  limit: z.int().min(1).max(100).default(24),
  ratio: z.number().optional(),
  active: z.boolean().optional(),
  since: z.date().optional(),
  ids: z.array(z.int()).max(3).optional(),
  words: z.array(z.string()).optional(),
  sort: z.enum(['price', '-price']).optional(),
  version: z.literal([1, 2]).optional(),
  mixed: z.union([z.int(), z.literal('all')]).optional(),
  filter: z.record(z.string(), z.string()).optional(),
  each: z.record(z.string(), z.array(z.int())).optional(),
  note: z.string().nullable().optional(),
  upper: z
    .string()
    .transform((text) => text.toUpperCase())
    .optional(),
  later: z.lazy(() => z.int()).optional(),
});
const Dated = z.strictObject({
  at: z.date(),
  spans: z.array(z.strictObject({ from: z.date(), to: z.date().optional() })).optional(),
  byName: z.record(z.string(), z.date()).optional(),
  either: z.union([z.strictObject({ on: z.date() }), z.strictObject({ off: z.string() })]).optional(),
  text: z.string().optional(),
});

/** Procedures that exercise every corner of the adapter. */
export const sampleRouter = t.router({
  echoQuery: t.procedure
    .meta(rest('GET', '/v1/echo'))
    .input(Filters)
    .query(({ input }) => input),
  either: t.procedure
    .meta(rest('GET', '/v1/either'))
    .input(z.union([z.strictObject({ id: z.int() }), z.strictObject({ active: z.boolean() })]))
    .query(({ input }) => input),
  stats: t.procedure.meta(rest('GET', '/v1/things/stats')).query(() => ({ stats: true })),
  thing: t.procedure
    .meta(rest('GET', '/v1/things/{id}'))
    .input(z.strictObject({ id: z.string() }))
    .query(({ input }) => input),
  part: t.procedure
    .meta(rest('GET', '/v1/things/{id}/parts/{number}'))
    .input(z.strictObject({ id: z.string(), number: z.int() }))
    .query(({ input }) => input),
  create: t.procedure
    .meta(rest('POST', '/v1/things', 201))
    .input(z.strictObject({ name: z.string(), size: z.int().optional() }))
    .mutation(({ input }) => input),
  change: t.procedure
    .meta(rest('PATCH', '/v1/things/{id}'))
    .input(z.strictObject({ id: z.string(), name: z.string().optional() }))
    .mutation(({ input }) => input),
  remove: t.procedure
    .meta(rest('DELETE', '/v1/things/{id}', 204))
    .input(z.strictObject({ id: z.string(), force: z.boolean().optional() }))
    .mutation(() => undefined),
  dated: t.procedure
    .meta(rest('POST', '/v1/dated'))
    .input(Dated)
    .mutation(({ input }) => input),
  act: t.procedure.meta(rest('POST', '/v1/act', 202)).mutation(() => ({})),
  whoami: t.procedure.meta({ ...rest('GET', '/v1/whoami'), limit: 'auth' }).query(({ ctx }) => ({
    actor: ctx.actor,
    requestId: ctx.requestId,
    clientAddress: ctx.clientAddress,
    userAgent: ctx.userAgent,
    cartToken: ctx.cartToken,
    orderToken: ctx.orderToken,
    idempotencyKey: ctx.idempotencyKey,
  })),
  address: t.procedure.meta(rest('GET', '/v1/address')).query(({ ctx }) => ({ clientAddress: ctx.clientAddress })),
  fail: t.procedure
    .meta(rest('GET', '/v1/fail'))
    .input(z.strictObject({ how: z.enum(['bug', 'refusal', 'retry', 'lost']) }))
    .query(({ input: { how } }) => {
      if (how === 'bug') throw new Error('password=hunter2');
      if (how === 'lost') throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
      if (how === 'retry') throw refuse('idempotency_in_flight', { retryAfterSeconds: 0.2 });
      throw refuse('idempotency_key_reused', { detail: 'Said otherwise', details: { key: 'k' } });
    }),
});

/** The REST face of {@link sampleRouter} alone. */
export function sampleApp(runtime: Runtime): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => answerError(c, error));
  app.notFound((c) => answerError(c, refuse('not_found')));
  app.use(exchangeMiddleware(runtime));
  app.all('/v1/*', restHandler(restRoutes(sampleRouter)));
  return app;
}
