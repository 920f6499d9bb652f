import { type AnyProcedure, initTRPC } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { callProcedure, type ProcedureCall } from './call-procedure.ts';

const t = initTRPC.context<{ user?: string }>().meta<{ rule?: string }>().create();
const steps: string[] = [];
const procedure = t.procedure
  .meta({ rule: 'open' })
  .use(async ({ ctx, meta, path, type, next }) => {
    steps.push(`${path} ${type} ${meta?.rule} ${ctx.user}`);
    const result = await next({ ctx: { user: 'ada' } });
    steps.push(result.ok ? 'ok' : result.error.code);
    return result;
  })
  .input(z.object({ n: z.number().default(1) }))
  .output(z.object({ user: z.string(), n: z.number() }))
  .query(({ ctx, input }) => {
    if (input.n === 7) throw new TypeError('seven');
    return { user: input.n === 8 ? (8 as never) : ctx.user, n: input.n, more: true };
  });

const call = (input: unknown): ProcedureCall => ({
  ctx: {},
  path: 'a.b',
  type: 'query',
  getRawInput: () => Promise.resolve(input),
  signal: undefined,
  batchIndex: 0,
});
const outcome = async (answer: Promise<unknown>) => {
  steps.length = 0;
  const data = await answer.catch(({ code, message, cause }) => ({ code, message, cause: String(cause) }));
  return { data, steps: [...steps] };
};

test.each([{ n: 3 }, {}, { n: 'x' }, null, { n: 7 }, { n: 8 }])('answers %j as tRPC itself does', async (input) => {
  const own = procedure as unknown as AnyProcedure & ((options: ProcedureCall) => Promise<unknown>);
  const expected = await outcome(own(call(input)));
  expect(await outcome(callProcedure(procedure, call(input)))).toEqual(expected);
});

test('passes on changes of context and input, and the output that its schema lets through', async () => {
  expect(await callProcedure(procedure, call({ n: 2 }))).toEqual({ user: 'ada', n: 2 });
});
