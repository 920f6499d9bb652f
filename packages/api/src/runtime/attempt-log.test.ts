import { type RedisServer, startRedisServer } from '@cartwright/db/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestClock, type TestClock } from '../testing/index.ts';
import { createLimiter } from './create-limiter.ts';
import type { Limiter } from './limiter.ts';

const limits = {
  readPer10s: 0,
  cartPer10s: 0,
  adminPer10s: 0,
  authPerMinute: 0,
  loginFailuresPer15Min: 3,
  mailsPerHour: 2,
};
const WINDOW = 900;
const open: Limiter[] = [];
afterEach(async () => {
  for (const limiter of open.splice(0)) await limiter.close();
});

function limiterOf(clock: TestClock, redisUrl?: string, warn = () => undefined): Limiter {
  const log = { debug() {}, info() {}, error() {}, warn };
  const limiter = createLimiter({ limits, redisUrl, clock, log });
  open.push(limiter);
  return limiter;
}

/** How many of so many attempts in a row are let through. */
async function admitted(limiter: Limiter, key: string, tries: number, kept = 0): Promise<number> {
  let count = 0;
  for (let n = 0; n < tries; n += 1) if ((await limiter.attempt('login', key, kept)).allowed) count += 1;
  return count;
}

describe('in process', () => {
  test('lets the quota through, then says when the next one may come', async () => {
    const clock = createTestClock();
    const limiter = limiterOf(clock);
    await limiter.attempt('login', 'a');
    clock.advance(100);
    expect(await admitted(limiter, 'a', 5)).toBe(2);
    expect(await limiter.attempt('login', 'a')).toEqual({ allowed: false, retryAfterSeconds: WINDOW - 100 });
    clock.advance(WINDOW - 101);
    expect(await limiter.attempt('login', 'a')).toEqual({ allowed: false, retryAfterSeconds: 1 });
    clock.advance(1);
    expect(await admitted(limiter, 'a', 5)).toBe(1);
  });

  test('no stretch of a window has more than the quota, wherever it begins', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (pauses) => {
        const clock = createTestClock();
        const limiter = limiterOf(clock);
        const times: number[] = [];
        for (const pause of pauses) {
          clock.advance(pause);
          if ((await limiter.attempt('login', 'a')).allowed) times.push(clock.now().getTime() / 1000);
        }
        for (const [index, time] of times.entries()) {
          const later = times[index + limits.loginFailuresPer15Min] ?? Number.POSITIVE_INFINITY;
          expect(later - time).toBeGreaterThanOrEqual(WINDOW);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('what is kept is only for those it is kept for, and part of the quota', async () => {
    const limiter = limiterOf(createTestClock());
    expect(await admitted(limiter, 'a', 5, 1)).toBe(2);
    expect(await admitted(limiter, 'a', 5)).toBe(1);
    expect(await admitted(limiter, 'b', 5)).toBe(3);
    expect(await admitted(limiter, 'b', 5, 1)).toBe(0);
  });

  test('gives back the one that is forgiven, once', async () => {
    const limiter = limiterOf(createTestClock());
    const attempt = await limiter.attempt('login', 'a');
    expect(await admitted(limiter, 'a', 5)).toBe(2);
    if (!attempt.allowed) throw new Error('The first attempt is let through.');
    await Promise.all([attempt.forgive(), attempt.forgive()]);
    await attempt.forgive();
    expect(await admitted(limiter, 'a', 5)).toBe(1);
  });

  test('counts classes and keys by themselves, and clears one of them', async () => {
    const limiter = limiterOf(createTestClock());
    for (const key of ['a', 'b']) expect(await admitted(limiter, key, 5)).toBe(3);
    expect((await limiter.attempt('second_factor', 'a')).allowed).toBe(true);
    await limiter.clear('login', 'a');
    expect(await admitted(limiter, 'a', 5)).toBe(3);
    expect(await admitted(limiter, 'b', 5)).toBe(0);
  });
});

let server: RedisServer | undefined;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server?.stop());

describe('over Redis', () => {
  /** Connected limiters of several processes, and a connection that looks and spoils. */
  async function connect(context: { skip(note?: string): void }, count: number) {
    if (server === undefined) return context.skip('no redis-server on the PATH') as never;
    const clock = createTestClock();
    const probe = new Redis(server.url);
    const { url } = server;
    const warn = vi.fn();
    const limiters = Array.from({ length: count }, () => limiterOf(clock, url, warn));
    for (const [index, limiter] of limiters.entries()) await connected(limiter, probe, `warm ${index}`);
    return { clock, probe, limiters, warn, [Symbol.dispose]: () => probe.disconnect() };
  }

  async function connected(limiter: Limiter, probe: Redis, key: string): Promise<void> {
    await vi.waitFor(async () => {
      const attempt = await limiter.attempt('login', key);
      const known = await probe.exists(`attempt:login:${key}`);
      if (attempt.allowed) await attempt.forgive();
      expect(known).toBe(1);
    });
  }

  const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

  test('processes share one count, in turn and at once', async (context) => {
    using redis = await connect(context, 3);
    let count = 0;
    for (let n = 0; n < 9; n += 1) count += await admitted(pick(redis.limiters, n), 'turn', 1);
    expect(count).toBe(3);
    const burst = Array.from({ length: 60 }, (_, n) => pick(redis.limiters, n).attempt('login', 'burst'));
    expect((await Promise.all(burst)).filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  test('the window slides there too, and says when the next one may come', async (context) => {
    using redis = await connect(context, 2);
    const [one, two] = [pick(redis.limiters, 0), pick(redis.limiters, 1)];
    await one.attempt('login', 'slide');
    redis.clock.advance(WINDOW - 1);
    expect(await admitted(two, 'slide', 5)).toBe(2);
    expect(await one.attempt('login', 'slide')).toEqual({ allowed: false, retryAfterSeconds: 1 });
    redis.clock.advance(1);
    expect(await admitted(one, 'slide', 5)).toBe(1);
    redis.clock.advance(WINDOW - 2);
    expect(await admitted(two, 'slide', 5)).toBe(0);
    expect(await two.attempt('login', 'slide', 1)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect(await two.attempt('login', 'slide', 2)).toEqual({ allowed: false, retryAfterSeconds: 2 });
  });

  test('forgiving takes effect in every process', async (context) => {
    using redis = await connect(context, 2);
    const [one, two] = [pick(redis.limiters, 0), pick(redis.limiters, 1)];
    const attempt = await one.attempt('login', 'forgiven');
    expect(await admitted(two, 'forgiven', 5)).toBe(2);
    if (attempt.allowed) await attempt.forgive();
    expect(await admitted(two, 'forgiven', 5)).toBe(1);
    expect(await admitted(one, 'forgiven', 5)).toBe(0);
  });

  test('clearing takes effect in every process, and nobody brings back what was cleared', async (context) => {
    using redis = await connect(context, 2);
    const [one, two] = [pick(redis.limiters, 0), pick(redis.limiters, 1)];
    expect((await admitted(one, 'cleared', 2)) + (await admitted(two, 'cleared', 5))).toBe(3);
    redis.clock.advance(1);
    await two.clear('login', 'cleared');
    expect(await admitted(one, 'cleared', 1)).toBe(1);
    expect(await admitted(two, 'cleared', 5)).toBe(2);
  });

  test('what FLUSHALL loses, each process remembers of its own', async (context) => {
    using redis = await connect(context, 2);
    const [one, two] = [pick(redis.limiters, 0), pick(redis.limiters, 1)];
    expect((await admitted(one, 'flushed', 2)) + (await admitted(two, 'flushed', 1))).toBe(3);
    await redis.probe.flushall();
    await redis.probe.script('FLUSH');
    expect(await admitted(two, 'flushed', 1)).toBe(1);
    expect((await admitted(one, 'flushed', 5)) + (await admitted(two, 'flushed', 5))).toBe(0);
    expect(await redis.probe.zcard('attempt:login:flushed')).toBe(4);
    expect(await redis.probe.pttl('attempt:login:flushed')).toBeGreaterThan(800_000);
  });

  test('a Redis that refuses is reported, and the count goes on here', async (context) => {
    using redis = await connect(context, 1);
    await redis.probe.set('attempt:login:wrong', 'not a sorted set');
    expect(await admitted(pick(redis.limiters, 0), 'wrong', 5)).toBe(3);
    expect(redis.warn).toHaveBeenCalledWith(
      { error: expect.stringContaining('WRONGTYPE') },
      'Redis refuses to count attempts',
    );
  });
});

test('Redis stops and comes back empty: the count goes on, whatever was where', async (context) => {
  const own = await startRedisServer();
  if (own === undefined) return context.skip('no redis-server on the PATH');
  const clock = createTestClock();
  const limiter = limiterOf(clock, own.url);
  const probe = new Redis(own.url);
  await vi.waitFor(async () => {
    await limiter.attempt('login', 'warm');
    expect(await probe.exists('attempt:login:warm')).toBe(1);
  });
  probe.disconnect();
  const attempt = await limiter.attempt('login', 'a');
  own.stop();
  const burst = Array.from({ length: 20 }, () => limiter.attempt('login', 'a'));
  expect((await Promise.all(burst)).filter(({ allowed }) => allowed)).toHaveLength(2);
  if (attempt.allowed) await attempt.forgive();
  expect(await admitted(limiter, 'a', 5)).toBe(1);
  const again = await startRedisServer({ port: own.port });
  const look = new Redis(own.url);
  await vi.waitFor(async () => {
    expect(await admitted(limiter, 'a', 1)).toBe(0);
    expect(await look.zcard('attempt:login:a')).toBe(3);
  });
  look.disconnect();
  again?.stop();
});
