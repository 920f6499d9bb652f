import type { AppContext } from './exchange.ts';
import { problemHeaders, reportError } from './problem.ts';
import { announceRefusal } from './rate-limit-headers.ts';

/** An answer with the headers of its exchange, without the detour over `Headers` objects. */
export function answer(
  c: AppContext,
  body: string | Uint8Array<ArrayBuffer> | null,
  init: { status: number; headers?: Record<string, string> },
): Response {
  const { exchange } = c.var;
  const response = new Response(body, { status: init.status, headers: { ...exchange.headers, ...init.headers } });
  exchange.answered = response;
  return response;
}

/** `body` as JSON; dates become ISO 8601. `undefined` is an empty answer. */
export function answerJson(c: AppContext, body: unknown, status = 200, headers?: Record<string, string>): Response {
  if (body === undefined) return answer(c, null, { status });
  return answer(c, JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** Whatever was thrown, as an RFC 9457 problem with its headers; what is our own fault is logged. */
export function answerError(c: AppContext, error: unknown, headers?: Record<string, string>): Response {
  const problem = reportError(c, error);
  announceRefusal(c.var.exchange, problem);
  return answer(c, JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...problemHeaders(problem),
      ...headers,
    },
  });
}
