import { Redis } from 'ioredis';
import type { Logger } from '../kit/logger.ts';

/**
 * A connection for things that may be lost: commands fail at once while Redis is away, instead of piling up.
 * It connects with the first command and keeps trying after that.
 */
export function openRedis(url: string, log?: Logger): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    commandTimeout: 500,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  let reported = false;
  redis.on('ready', () => {
    reported = false;
  });
  // Without a listener ioredis prints to the console; one line per outage is enough.
  redis.on('error', (error: Error) => {
    if (!reported) log?.warn({ error: error.message }, 'Redis cannot be reached');
    reported = true;
  });
  return redis;
}
