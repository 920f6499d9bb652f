import { refuse } from '@cartwright/api';
import type { Handler } from 'hono';
import { PRIVATE } from '../answers/give-answer.ts';
import { answer, answerError, answerJson } from '../http/answer.ts';
import { claimsIdentity, createCtx, takeAllowance } from '../http/caller.ts';
import type { AppContext, AppEnv } from '../http/exchange.ts';
import { answerShared } from './answer-shared.ts';
import { callProcedure } from './call-procedure.ts';
import { type Address, callOf, type Endpoint } from './endpoint.ts';
import { inputReader } from './read-input.ts';
import { decode } from './read-query.ts';
import { RouteTable } from './route-table.ts';
import { type RestRoute, restRoutes } from './routes.ts';

/** REST under `/v1`: every procedure with a `rest` route, found, read and answered by what was prepared once. */
export function restHandler(routes: readonly RestRoute[] = restRoutes()): Handler<AppEnv> {
  const table = new RouteTable<Endpoint>(routes.map((route) => ({ ...route, readInput: inputReader(route) })));
  return (c) => {
    const { text, path, search } = splitUrl(c.req.raw.url);
    const segments = path.includes('%') ? path.split('/').map((part) => decode(part, false)) : path.split('/');
    segments.shift();
    const resource = table.find(segments);
    if (resource === undefined) throw refuse('not_found');
    const { method } = c.req.raw;
    const endpoint = resource.methods.get(method === 'HEAD' ? 'GET' : method);
    if (endpoint !== undefined) return call(c, endpoint, { text, segments, search });
    if (method === 'OPTIONS') return answer(c, null, { status: 204, headers: { allow: resource.allow } });
    return answerError(c, refuse('method_not_allowed'), { allow: resource.allow });
  };
}

async function call(c: AppContext, endpoint: Endpoint, address: Address): Promise<Response> {
  const { exchange } = c.var;
  const { headers } = c.req.raw;
  const { meta, procedure, successStatus } = endpoint;
  await takeAllowance(exchange, endpoint.limit);
  if (meta.shared && !claimsIdentity(exchange, headers)) return answerShared(c, endpoint, address);
  const ctx = await createCtx(exchange, headers, meta);
  const input = await endpoint.readInput(c, address);
  const output = await callProcedure(procedure, callOf(endpoint, ctx, input));
  return answerJson(c, successStatus === 204 ? undefined : output, successStatus, meta.shared ? PRIVATE : undefined);
}

function splitUrl(url: string): { text: string; path: string; search: string } {
  const from = url.indexOf('/', 8);
  const hash = url.indexOf('#', from);
  const end = hash === -1 ? url.length : hash;
  const text = url.slice(from, end);
  const query = text.indexOf('?');
  if (query === -1) return { text, path: text, search: '' };
  return { text, path: text.slice(0, query), search: text.slice(query + 1) };
}
