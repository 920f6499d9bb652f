import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/logger.ts';
import type { Cache } from './cache.ts';
import { createMemoryCache } from './memory-cache.ts';
import { createRedisCache } from './redis-cache.ts';

/** Redis where there is one, this process's memory otherwise. */
export function createCache(options: { clock: Clock; redisUrl: string | undefined; log?: Logger }): Cache {
  const { clock, redisUrl, log } = options;
  if (redisUrl !== undefined) return createRedisCache({ url: redisUrl, ...(log && { log }) });
  return createMemoryCache({ now: () => clock.now().getTime() });
}
