import { problemOf } from './problem.ts';
import { repeatableMutations } from './repeatable-mutations.ts';
import { UnexpectedResponse } from './unexpected-response.ts';

/**
 * How often a call is repeated that met no server or one that is not ready. Queries are repeated, and mutations that
 * the server recognises by their `Idempotency-Key` or that set a value; others only when nothing was sent at all.
 *
 * @example
 * ```ts
 * import { createCartwrightClient } from '@cartwright/client';
 *
 * const patient = createCartwrightClient({ url: 'http://localhost:3000', retry: { attempts: 10, maxDelayMs: 15_000 } });
 * ```
 */
export interface RetryOptions {
  /** Tries altogether; 4 unless said, 1 for none again. */
  attempts?: number;
  /** First pause; it doubles from try to try, with jitter. 200 unless said. */
  baseDelayMs?: number;
  /** Longest pause, and the longest `Retry-After` that is waited for. 5,000 unless said. */
  maxDelayMs?: number;
}

export type RetryPolicy = Required<RetryOptions>;

export function retryPolicy(options: RetryOptions = {}): RetryPolicy {
  return { attempts: 4, baseDelayMs: 200, maxDelayMs: 5_000, ...options };
}

interface Call {
  type: string;
  path: string;
}

/** Milliseconds to wait before trying `call` again; undefined when it must not be repeated. */
export function delayBeforeRetry(policy: RetryPolicy, call: Call, failed: { attempt: number; error: unknown }) {
  const { attempt, error } = failed;
  if (attempt >= policy.attempts) return undefined;
  if (!isPassing(error, attempt) || !mayRepeat(call, error)) return undefined;
  const asked = retryAfterSeconds(error);
  if (asked !== undefined) return asked * 1000 <= policy.maxDelayMs ? asked * 1000 : undefined;
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return ceiling * (0.5 + Math.random() / 2);
}

/** Whether the next try may go better. */
function isPassing(error: unknown, attempt: number): boolean {
  const problem = problemOf(error);
  // Our own first try may still be at work after its connection broke.
  if (problem?.code === 'idempotency_in_flight') return attempt > 1;
  const status = problem?.status ?? unexpectedResponse(error)?.status;
  return status === undefined ? isNetworkError(error) : status === 502 || status === 503 || status === 504;
}

function mayRepeat(call: Call, error: unknown): boolean {
  return call.type === 'query' || repeatableMutations.has(call.path) || neverSent(error);
}

const NOT_CONNECTED = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Known only where the platform tells: Node names the reason, browsers do not. */
function neverSent(error: unknown): boolean {
  return causes(error).some((each) => 'code' in each && NOT_CONNECTED.includes(String(each.code)));
}

/**
 * Whether an error means that no answer came from the server at all.
 *
 * @example
 * ```ts
 * import { createCartwrightClient, isNetworkError } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 * await client.catalog.categories.query({}).catch((error: unknown) => {
 *   console.error(isNetworkError(error) ? 'Is the store running?' : error);
 * });
 * ```
 */
export function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'TRPCClientError' || problemOf(error) !== undefined) return false;
  if (isAborted(error) || unexpectedResponse(error) !== undefined) return false;
  return !('shape' in error) || error.shape === undefined || error.shape === null;
}

function isAborted(error: unknown): boolean {
  return causes(error).some((each) => each.name === 'AbortError');
}

function unexpectedResponse(error: unknown): UnexpectedResponse | undefined {
  return causes(error).find((each) => each instanceof UnexpectedResponse);
}

function retryAfterSeconds(error: unknown): number | undefined {
  return problemOf(error)?.retryAfterSeconds ?? unexpectedResponse(error)?.retryAfterSeconds;
}

/** The error and what caused it, outermost first. */
function causes(error: unknown): Error[] {
  const found: Error[] = [];
  for (let each = error; each instanceof Error && found.length < 10; each = each.cause) found.push(each);
  return found;
}
