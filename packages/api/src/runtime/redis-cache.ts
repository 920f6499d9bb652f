import type { Logger } from '../kit/logger.ts';
import type { Cache } from './cache.ts';
import { openRedis } from './open-redis.ts';

const PREFIX = 'cache:';

/** A cache that all processes share. Redis failing is a miss, never an error. */
export function createRedisCache(options: { url: string; log?: Logger }): Cache {
  const redis = openRedis(options.url, options.log);
  return {
    get: (key) =>
      redis.get(PREFIX + key).then(
        (value) => value ?? undefined,
        () => undefined,
      ),
    async set(key, value, ttlSeconds) {
      await redis.set(PREFIX + key, value, 'PX', Math.max(1, Math.round(ttlSeconds * 1000))).catch(() => undefined);
    },
    async delete(key) {
      await redis.del(PREFIX + key).catch(() => undefined);
    },
    async close() {
      redis.disconnect();
    },
  };
}
