import { JsonText } from '@cartwright/api';
import { type AnyProcedure, getTRPCErrorFromUnknown } from '@trpc/server';

type Result = { ok: true; data: unknown } | { ok: false; error: unknown };
type Changes = { ctx?: object; input?: unknown };
type Middleware = ((options: ProcedureCall & { input: unknown; meta: unknown; next: Next }) => Promise<Result>) & {
  _type?: string;
};
type Next = (changes?: Changes) => Promise<Result>;

export interface ProcedureCall {
  ctx: object;
  path: string;
  type: string;
  getRawInput: () => Promise<unknown>;
  signal: AbortSignal | undefined;
  batchIndex: number;
}

/**
 * Calls a procedure as tRPC does, through the same middlewares, and answers its output or throws its `TRPCError`.
 * tRPC's own way copies the call twice a step with a helper for old browsers, which costs as much as a statement.
 */
export async function callProcedure(procedure: AnyProcedure, call: ProcedureCall): Promise<unknown> {
  const { middlewares, meta } = procedure._def as unknown as { middlewares: readonly Middleware[]; meta: unknown };
  const run = async (index: number, ctx: object, input: unknown): Promise<Result> => {
    const next: Next = (changes = {}) =>
      run(index + 1, changes.ctx ? { ...ctx, ...changes.ctx } : ctx, 'input' in changes ? changes.input : input);
    try {
      const middleware = middlewares[index];
      if (middleware === undefined) throw new Error(`${call.path} has no resolver`);
      const step = middleware._type === 'output' ? checked(middleware) : middleware;
      return await step({ ...call, ctx, input, meta, next });
    } catch (cause) {
      return { ok: false, error: getTRPCErrorFromUnknown(cause) };
    }
  };
  const result = await run(0, call.ctx, undefined);
  if (!result.ok) throw result.error;
  return result.data;
}

/** Checks an answer against its schema, unless it is a text that says what the schema would give. */
const checked =
  (check: Middleware): Middleware =>
  async (options) => {
    const result = await options.next();
    if (result.ok && result.data instanceof JsonText) return result;
    return check({ ...options, next: async () => result });
  };
