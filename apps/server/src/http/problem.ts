import { type Problem, toDomainError, toProblem } from '@cartwright/api';
import type { AppContext } from './exchange.ts';

/** The problem of a thrown error. Nothing of an unknown error leaves the process; the log has it, with the request id. */
export function reportError(c: AppContext, thrown: unknown): Problem {
  const { requestId, runtime } = c.var.exchange;
  const known = toDomainError(thrown);
  const problem = toProblem(known, requestId);
  if (problem.status >= 500) {
    const { method, path } = c.req;
    const fields = { requestId, method, path, code: problem.code, error: describe(known.cause ?? known) };
    if (known.kind === 'bug') runtime.log.error(fields, 'request failed');
    else runtime.log.warn(fields, 'request could not be served');
  }
  return problem;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? error.cause.message}` : '';
  return (error.stack ?? error.message) + cause;
}

/** `Retry-After` and `WWW-Authenticate` where the problem calls for them. */
export function problemHeaders(problem: Problem): Record<string, string> {
  const headers: Record<string, string> = {};
  const { retryAfterSeconds } = problem;
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterSeconds));
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer realm="cartwright"';
  return headers;
}
