import type { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from '../kit/logger.ts';
import type { Config } from './config.ts';
import type { LimitClass, Limiter } from './limiter.ts';
import { openRedis } from './open-redis.ts';

/** How many requests of a class one key may make in a window. A quota of 0 switches the limit off. */
export type LimitPolicies = Record<LimitClass, { quota: number; windowSeconds: number }>;

export function limitPolicies(limits: Config['limits']): LimitPolicies {
  return {
    read: { quota: limits.readPer10s, windowSeconds: 10 },
    cart: { quota: limits.cartPer10s, windowSeconds: 10 },
    admin: { quota: limits.adminPer10s, windowSeconds: 10 },
    auth: { quota: limits.authPerMinute, windowSeconds: 60 },
    login: { quota: limits.loginFailuresPer15Min, windowSeconds: 900 },
  };
}

/** Reading is limited per process: a network round trip would cost more than the read it guards. */
const IN_PROCESS: readonly LimitClass[] = ['read'];

/**
 * Counts in Redis, so that all processes share one allowance, and in this process where there is no Redis or it
 * does not answer. Never fails open.
 */
export function createLimiter(options: {
  limits: Config['limits'];
  redisUrl: string | undefined;
  log?: Logger;
}): Limiter {
  const redis = options.redisUrl === undefined ? undefined : openRedis(options.redisUrl, options.log);
  const counters = new Map<string, RateLimiterAbstract>();
  for (const [name, policy] of Object.entries(limitPolicies(options.limits))) {
    if (policy.quota === 0) continue;
    const settings = { keyPrefix: `limit:${name}`, points: policy.quota, duration: policy.windowSeconds };
    const shared = redis !== undefined && !IN_PROCESS.includes(name as LimitClass);
    counters.set(name, shared ? redisCounter(redis, settings) : new RateLimiterMemory(settings));
  }
  return {
    async take(limit, key) {
      try {
        await counters.get(limit)?.consume(key);
        return { allowed: true };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
      }
    },
    async forgive(limit, key) {
      const counter = counters.get(limit);
      const taken = await counter?.get(key);
      // A window that has ended, or one with nothing taken, has nothing to give back.
      if (taken && taken.consumedPoints > 0) await counter?.reward(key);
    },
    async close() {
      redis?.disconnect();
    },
  };
}

function redisCounter(redis: Redis, settings: { keyPrefix: string; points: number; duration: number }) {
  return new RateLimiterRedis({
    ...settings,
    storeClient: redis,
    insuranceLimiter: new RateLimiterMemory(settings),
  });
}
