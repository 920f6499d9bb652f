import type { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import { AttemptLog } from './attempt-log.ts';
import type { Config } from './config.ts';
import type { Allowance, AttemptClass, LimitClass, Limiter, Policy } from './limiter.ts';
import { openRedis } from './open-redis.ts';
import { createRedisAttempts } from './redis-attempts.ts';

/** How many requests of a class one address may make in a window. A quota of 0 switches the limit off. */
export function limitPolicies(limits: Config['limits']): Record<LimitClass, Policy> {
  return {
    read: { quota: limits.readPer10s, windowSeconds: 10 },
    cart: { quota: limits.cartPer10s, windowSeconds: 10 },
    admin: { quota: limits.adminPer10s, windowSeconds: 10 },
    auth: { quota: limits.authPerMinute, windowSeconds: 60 },
  };
}

/** How many attempts of a class one key may make in any stretch of a window. A quota of 0 switches the limit off. */
export function attemptPolicies(limits: Config['limits']): Record<AttemptClass, Policy> {
  const guesses = { quota: limits.loginFailuresPer15Min, windowSeconds: 900 };
  return {
    login: guesses,
    second_factor: guesses,
    one_time_token: guesses,
    mail: { quota: limits.mailsPerHour, windowSeconds: 3_600 },
  };
}

/** Reading is limited per process: a network round trip would cost more than the read it guards. */
const IN_PROCESS: readonly LimitClass[] = ['read'];

/**
 * Counts in Redis, so that all processes share one allowance, and in this process where there is no Redis or it
 * does not answer. Attempts are counted in both.
 */
export function createLimiter(options: {
  limits: Config['limits'];
  redisUrl: string | undefined;
  clock: Clock;
  log?: Logger;
}): Limiter {
  const { limits, redisUrl, clock, log } = options;
  const redis = redisUrl === undefined ? undefined : openRedis(redisUrl, log);
  const counters = new Map<string, { policy: Policy; counter: RateLimiterAbstract }>();
  for (const [name, policy] of Object.entries(limitPolicies(limits))) {
    if (policy.quota === 0) continue;
    const settings = { keyPrefix: `limit:${name}`, points: policy.quota, duration: policy.windowSeconds };
    const shared = redis !== undefined && !IN_PROCESS.includes(name as LimitClass);
    counters.set(name, { policy, counter: shared ? redisCounter(redis, settings) : new RateLimiterMemory(settings) });
  }
  const logs = new Map<string, AttemptLog>();
  for (const [name, policy] of Object.entries(attemptPolicies(limits))) {
    if (policy.quota === 0) continue;
    const settings = { prefix: `attempt:${name}:`, windowMs: policy.windowSeconds * 1000, log };
    logs.set(name, new AttemptLog({ policy, clock, shared: redis && createRedisAttempts(redis, settings) }));
  }
  return {
    async take(limit, key) {
      const limited = counters.get(limit);
      return limited && takeOf(limited, key);
    },
    async attempt(limit, key, kept = 0) {
      return (await logs.get(limit)?.attempt(key, kept)) ?? { allowed: true, forgive: async () => undefined };
    },
    async clear(limit, key) {
      await logs.get(limit)?.clear(key);
    },
    async close() {
      redis?.disconnect();
    },
  };
}

async function takeOf(limited: { policy: Policy; counter: RateLimiterAbstract }, key: string): Promise<Allowance> {
  const { policy, counter } = limited;
  let allowed = true;
  const taken = await counter.consume(key).catch((refusal: unknown) => {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    allowed = false;
    return refusal;
  });
  const renewedInSeconds = Math.max(1, Math.ceil(taken.msBeforeNext / 1000));
  return { allowed, policy, remaining: taken.remainingPoints, renewedInSeconds };
}

function redisCounter(redis: Redis, settings: { keyPrefix: string; points: number; duration: number }) {
  return new RateLimiterRedis({
    ...settings,
    storeClient: redis,
    insuranceLimiter: new RateLimiterMemory(settings),
  });
}
