import type { Clock } from '../kit/clock.ts';
import type { Cache } from './cache.ts';
import { createMemoryCache } from './memory-cache.ts';

/** Redis where there is one, this process's memory otherwise. Stub: memory only so far. */
export function createCache(options: { clock: Clock; redisUrl: string | undefined }): Cache {
  return createMemoryCache({ now: () => options.clock.now().getTime() });
}
