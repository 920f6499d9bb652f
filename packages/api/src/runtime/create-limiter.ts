import type { Config } from './config.ts';
import type { Limiter } from './limiter.ts';

/** Stub until the Redis and in-process limiters are written. */
export function createLimiter(_options: { limits: Config['limits']; redisUrl: string | undefined }): Limiter {
  return { take: async () => ({ allowed: true }), forgive: async () => undefined, close: async () => undefined };
}
