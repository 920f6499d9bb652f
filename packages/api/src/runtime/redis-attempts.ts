import type { Redis, Result } from 'ioredis';
import type { Logger } from '../kit/logger.ts';
import type { AttemptEntry } from './local-attempts.ts';

/** What Redis says of an attempt. */
export interface SharedVerdict {
  allowed: boolean;
  /** Milliseconds until one more would be let through; 0 for one that was. */
  waitMs: number;
  /** When the key was cleared, in milliseconds since 1970; 0 for never. */
  clearedAt: number;
}

/** The attempts of all processes. Everything is undefined, or does nothing, while Redis does not answer. */
export interface SharedAttempts {
  /** Counts `entry` unless there are `ceiling` already. `own` is what this process knows, in case Redis has lost it. */
  take(
    key: string,
    attempt: { entry: AttemptEntry; own: readonly AttemptEntry[]; ceiling: number },
  ): Promise<SharedVerdict | undefined>;
  remove(key: string, id: string): Promise<void>;
  clear(key: string, now: number): Promise<void>;
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    cartwrightAttempt(key: string, ...args: (string | number)[]): Result<[number, number, number], Context>;
  }
}

/**
 * A sorted set of attempts by time. Its member `cleared` says since when they count, so that a process does not
 * bring back what another has cleared. It is the oldest member, hence the `+ marker`.
 */
const TAKE = `
local key, now, window, ceiling = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
local cleared = tonumber(redis.call('ZSCORE', key, 'cleared') or 0)
for i = 5, #ARGV, 2 do
  if tonumber(ARGV[i + 1]) >= cleared then redis.call('ZADD', key, ARGV[i + 1], ARGV[i]) end
end
local marker = cleared > 0 and 1 or 0
local count = redis.call('ZCARD', key) - marker
local allowed, wait = 0, 0
if count < ceiling then
  redis.call('ZADD', key, now, ARGV[4])
  allowed = 1
else
  local at = count - ceiling + marker
  wait = tonumber(redis.call('ZRANGE', key, at, at, 'WITHSCORES')[2]) + window - now
end
redis.call('PEXPIRE', key, window)
return {allowed, wait, cleared}
`;

/** Keeps attempts under `prefix` for `windowMs`. */
export function createRedisAttempts(
  redis: Redis,
  options: { prefix: string; windowMs: number; log?: Logger | undefined },
): SharedAttempts {
  const { prefix, windowMs, log } = options;
  redis.defineCommand('cartwrightAttempt', { numberOfKeys: 1, lua: TAKE });
  // A lost connection has been reported already; a Redis that refuses has not.
  const unanswered = (error: Error): undefined => {
    if (error.name === 'ReplyError') log?.warn({ error: error.message }, 'Redis refuses to count attempts');
  };
  return {
    async take(key, { entry, own, ceiling }) {
      const known = own.flatMap(({ id, at }) => [id, at]);
      const answer = await redis
        .cartwrightAttempt(prefix + key, entry.at, windowMs, ceiling, entry.id, ...known)
        .catch(unanswered);
      if (answer === undefined) return undefined;
      const [allowed, waitMs, clearedAt] = answer;
      return { allowed: allowed === 1, waitMs, clearedAt };
    },
    async remove(key, id) {
      await redis.zrem(prefix + key, id).catch(unanswered);
    },
    async clear(key, now) {
      await redis
        .multi()
        .del(prefix + key)
        .zadd(prefix + key, now, 'cleared')
        .pexpire(prefix + key, windowMs)
        .exec()
        .catch(unanswered);
    },
  };
}
