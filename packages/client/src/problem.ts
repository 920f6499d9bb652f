import type { ErrorCode, Problem as WireProblem } from '@cartwright/api/contract';
import type { TRPCClientError } from '@trpc/client';
import type { AppRouter } from './router-types.ts';

/**
 * What the server says of a refused call (RFC 9457), the same object that REST answers.
 * `code` is stable; every code has a page under `docs/errors/`.
 *
 * @example
 * ```ts
 * import type { Problem } from '@cartwright/client';
 *
 * const explain = (problem: Problem): string =>
 *   problem.code === 'rate_limited' ? `wait ${problem.retryAfterSeconds} s` : (problem.detail ?? problem.title);
 * ```
 */
export interface Problem extends Omit<WireProblem, 'code'> {
  code: ErrorCode;
}

/**
 * A call that the server refused: an `Error` whose `data.problem` is typed.
 *
 * @example
 * ```ts
 * import type { CartwrightError } from '@cartwright/client';
 *
 * const report = (error: CartwrightError): string => `${error.data.problem.code}: ${error.message}`;
 * ```
 */
export type CartwrightError = TRPCClientError<AppRouter> & { readonly data: { readonly problem: Problem } };

/**
 * The problem that a thrown error carries; undefined when the server did not say anything: no connection,
 * an answer that is not Cartwright's, or an error of your own code.
 *
 * @example
 * ```ts
 * import { createCartwrightClient, problemOf } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 * const product = await client.catalog.product.query({ slug: 'gone', currency: 'EUR' }).catch((error: unknown) => {
 *   if (problemOf(error)?.status === 404) return undefined;
 *   throw error;
 * });
 * ```
 */
export function problemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('problem' in data)) return undefined;
  const { problem } = data;
  if (typeof problem !== 'object' || problem === null || !('code' in problem)) return undefined;
  return problem as Problem;
}

/**
 * Narrows a caught error to one that the server answered, so that its code can be compared by type.
 *
 * @example
 * ```ts
 * import { createCartwrightClient, isCartwrightError } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 * try {
 *   await client.login({ email: 'ann@example.com', password: 'correct horse battery' });
 * } catch (error) {
 *   if (!isCartwrightError(error)) throw error;
 *   console.error(error.data.problem.code, error.data.problem.title);
 * }
 * ```
 */
export function isCartwrightError(error: unknown): error is CartwrightError {
  return problemOf(error) !== undefined;
}

const kinds = {
  400: 'invalid_input',
  401: 'unauthenticated',
  402: 'payment_declined',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  416: 'range_not_satisfiable',
  422: 'rule_violated',
  429: 'rate_limited',
  500: 'bug',
  503: 'upstream_unavailable',
} as const;

/**
 * The kind of a refusal, for deciding what to do with codes you do not know one by one.
 *
 * @example
 * ```ts
 * import type { ProblemKind } from '@cartwright/client';
 *
 * const worthRepeating: readonly ProblemKind[] = ['rate_limited', 'upstream_unavailable'];
 * ```
 */
export type ProblemKind = (typeof kinds)[keyof typeof kinds];

/**
 * Sorts a problem by its status; a status that Cartwright does not use counts as `bug`.
 *
 * @example
 * ```ts
 * import { problemKind, problemOf } from '@cartwright/client';
 *
 * const mustLogIn = (error: unknown): boolean => {
 *   const problem = problemOf(error);
 *   return problem !== undefined && problemKind(problem) === 'unauthenticated';
 * };
 * ```
 */
export function problemKind(problem: Pick<Problem, 'status'>): ProblemKind {
  return (kinds as Partial<Record<number, ProblemKind>>)[problem.status] ?? 'bug';
}
