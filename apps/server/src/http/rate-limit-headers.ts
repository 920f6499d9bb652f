import { type Allowance, attemptPolicies, type Problem } from '@cartwright/api';
import type { Exchange } from './exchange.ts';

/**
 * Says in `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) how large an allowance is, how
 * much of it is left and in how many seconds all of it is there again. A batch can take from several.
 */
export function announceAllowance(exchange: Exchange, name: string, allowance: Omit<Allowance, 'allowed'>): void {
  const { policy, remaining, renewedInSeconds } = allowance;
  exchange.rateLimits ??= new Map();
  exchange.rateLimits.set(name, {
    policy: `"${name}";q=${policy.quota};w=${policy.windowSeconds}`,
    left: `"${name}";r=${remaining};t=${renewedInSeconds}`,
  });
  const all = [...exchange.rateLimits.values()];
  exchange.headers['ratelimit-policy'] = all.map((each) => each.policy).join(', ');
  exchange.headers['ratelimit'] = all.map((each) => each.left).join(', ');
}

/** The same for a refusal that came from inside a procedure, e.g. after too many failed logins. */
export function announceRefusal(exchange: Exchange, problem: Problem): void {
  const name = problem.details?.['limit'];
  if (problem.code !== 'rate_limited' || typeof name !== 'string') return;
  const policy = new Map(Object.entries(attemptPolicies(exchange.runtime.config.limits))).get(name);
  if (policy === undefined) return;
  const renewedInSeconds = Math.ceil(problem.retryAfterSeconds ?? policy.windowSeconds);
  announceAllowance(exchange, name, { policy, remaining: 0, renewedInSeconds });
}
