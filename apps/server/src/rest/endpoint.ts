import type { Ctx } from '@cartwright/api';
import type { ProcedureCall } from './call-procedure.ts';
import type { InputReader } from './read-input.ts';
import type { RestRoute } from './routes.ts';

export type Endpoint = RestRoute & { readInput: InputReader };

/** What a request asks for, as it was written and taken apart. */
export interface Address {
  text: string;
  segments: readonly string[];
  search: string;
}

/** What tRPC would call the procedure with. */
export function callOf(endpoint: Endpoint, ctx: Ctx, input: unknown): ProcedureCall {
  return {
    ctx,
    path: endpoint.procedurePath,
    type: endpoint.type,
    getRawInput: () => Promise.resolve(input),
    signal: undefined,
    batchIndex: 0,
  };
}
