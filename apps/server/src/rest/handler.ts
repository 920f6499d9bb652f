import { refuse } from '@cartwright/api';
import type { Handler } from 'hono';
import { answer, answerError, answerJson } from '../http/answer.ts';
import { claimsIdentity, createCtx, takeAllowance } from '../http/caller.ts';
import type { AppContext, AppEnv } from '../http/exchange.ts';
import { callProcedure } from './call-procedure.ts';
import { type InputReader, inputReader } from './read-input.ts';
import { decode } from './read-query.ts';
import { RouteTable } from './route-table.ts';
import { type RestRoute, restRoutes } from './routes.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };

type Endpoint = RestRoute & { readInput: InputReader };

/** REST under `/v1`: every procedure with a `rest` route, found, read and answered by what was prepared once. */
export function restHandler(routes: readonly RestRoute[] = restRoutes()): Handler<AppEnv> {
  const table = new RouteTable<Endpoint>(routes.map((route) => ({ ...route, readInput: inputReader(route) })));
  return (c) => {
    const { path, search } = splitUrl(c.req.raw.url);
    const segments = path.includes('%') ? path.split('/').map((part) => decode(part, false)) : path.split('/');
    segments.shift();
    const resource = table.find(segments);
    if (resource === undefined) throw refuse('not_found');
    const { method } = c.req.raw;
    const endpoint = resource.methods.get(method === 'HEAD' ? 'GET' : method);
    if (endpoint !== undefined) return call(c, endpoint, { segments, search });
    if (method === 'OPTIONS') return answer(c, null, { status: 204, headers: { allow: resource.allow } });
    return answerError(c, refuse('method_not_allowed'), { allow: resource.allow });
  };
}

async function call(
  c: AppContext,
  endpoint: Endpoint,
  address: { segments: readonly string[]; search: string },
): Promise<Response> {
  const { exchange } = c.var;
  await takeAllowance(exchange, endpoint.limit);
  const shared =
    endpoint.meta.shared && !claimsIdentity(exchange, c.req.raw.headers) ? exchange.sharedAnswers : undefined;
  const key = `${address.segments.join('/')}?${address.search}`;
  const kept = shared?.get(key, exchange.now);
  if (kept !== undefined) return answer(c, kept, { status: 200, headers: JSON_HEADERS });
  const epoch = shared?.epoch ?? 0;
  const ctx = await createCtx(exchange, c.req.raw.headers, endpoint.meta);
  const input = await endpoint.readInput(c, address);
  const output: unknown = await callProcedure(endpoint.procedure, {
    ctx,
    path: endpoint.procedurePath,
    type: endpoint.type,
    getRawInput: () => Promise.resolve(input),
    signal: undefined,
    batchIndex: 0,
  });
  if (shared === undefined) {
    return answerJson(c, endpoint.successStatus === 204 ? undefined : output, endpoint.successStatus);
  }
  const body = JSON.stringify(output);
  shared.keep(key, { body, epoch, now: exchange.now });
  return answer(c, body, { status: 200, headers: JSON_HEADERS });
}

function splitUrl(url: string): { path: string; search: string } {
  const from = url.indexOf('/', 8);
  const hash = url.indexOf('#', from);
  const end = hash === -1 ? url.length : hash;
  const query = url.indexOf('?', from);
  if (query === -1 || query > end) return { path: url.slice(from, end), search: '' };
  return { path: url.slice(from, query), search: url.slice(query + 1, end) };
}
