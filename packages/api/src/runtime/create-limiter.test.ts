import { testRedisUrl } from '@cartwright/db/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { loadConfig } from './config.ts';
import { createLimiter, limitPolicies } from './create-limiter.ts';
import type { LimitClass, Limiter } from './limiter.ts';

const limits = {
  readPer10s: 2,
  cartPer10s: 3,
  adminPer10s: 0,
  authPerMinute: 2,
  loginFailuresPer15Min: 0,
  mailsPerHour: 0,
};
const open: Limiter[] = [];
const limiterOf = (redisUrl: string | undefined): Limiter => {
  const limiter = createLimiter({ limits, redisUrl, clock: systemClock });
  open.push(limiter);
  return limiter;
};
afterEach(async () => {
  for (const limiter of open.splice(0)) await limiter.close();
});
const allowed = async (limiter: Limiter, limit: LimitClass, key: string) => (await limiter.take(limit, key))?.allowed;

describe('in process', () => {
  test('admits exactly the allowance, and says what is left and when it is renewed', async () => {
    const limiter = limiterOf(undefined);
    const policy = { quota: 3, windowSeconds: 10 };
    for (const remaining of [2, 1, 0]) {
      const taken = await limiter.take('cart', 'a');
      expect(taken).toEqual({ allowed: true, policy, remaining, renewedInSeconds: expect.any(Number) });
      expect(taken?.renewedInSeconds).toBeGreaterThanOrEqual(9);
      expect(taken?.renewedInSeconds).toBeLessThanOrEqual(10);
    }
    expect(await limiter.take('cart', 'a')).toMatchObject({ allowed: false, policy, remaining: 0 });
  });

  test('counts every key and every class by itself', async () => {
    const limiter = limiterOf(undefined);
    for (let n = 0; n < 3; n += 1) await limiter.take('cart', 'a');
    expect(await allowed(limiter, 'cart', 'b')).toBe(true);
    expect(await allowed(limiter, 'auth', 'a')).toBe(true);
    expect(await allowed(limiter, 'cart', 'a')).toBe(false);
  });

  test('a quota of 0 switches a class off, and attempts too', async () => {
    const limiter = limiterOf(undefined);
    for (let n = 0; n < 50; n += 1) expect(await limiter.take('admin', 'a')).toBeUndefined();
    for (let n = 0; n < 50; n += 1) expect(await limiter.attempt('login', 'a')).toMatchObject({ allowed: true });
    const attempt = await limiter.attempt('login', 'a');
    if (attempt.allowed) await attempt.forgive();
    await limiter.clear('login', 'a');
  });
});

test('the default limits admit 2,000 cart and checkout requests in 10 s from one address', async () => {
  const config = loadConfig({ DATABASE_URL: 'postgres://localhost/none', AUTH_SECRET: 'x'.repeat(32) });
  expect(limitPolicies(config.limits).cart).toEqual({ quota: 5_000, windowSeconds: 10 });
  const limiter = createLimiter({ limits: config.limits, redisUrl: undefined, clock: systemClock });
  const taken = await Promise.all(Array.from({ length: 2_000 }, () => allowed(limiter, 'cart', '192.0.2.1')));
  expect(taken.every(Boolean)).toBe(true);
  await limiter.close();
});

const redisUrl = testRedisUrl();
describe.skipIf(redisUrl === '')('over Redis', () => {
  const key = `limiter-test-${process.pid}`;

  test('two processes share one allowance, except for reading', async () => {
    const [one, two] = [limiterOf(redisUrl), limiterOf(redisUrl)];
    const probe = new Redis(redisUrl);
    // The first command only opens the connection, and is counted in process.
    await Promise.all([one.take('auth', `${key}-warm`), two.take('auth', `${key}-warm`)]);
    await vi.waitFor(async () => {
      await one.take('auth', `${key}-ready`);
      expect(await probe.exists(`limit:auth:${key}-ready`)).toBe(1);
    });
    await vi.waitFor(async () => {
      await two.take('auth', `${key}-ready-2`);
      expect(await probe.exists(`limit:auth:${key}-ready-2`)).toBe(1);
    });
    expect(await allowed(one, 'cart', key)).toBe(true);
    expect(await two.take('cart', key)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await allowed(one, 'cart', key)).toBe(true);
    expect(await allowed(two, 'cart', key)).toBe(false);
    await one.take('read', key);
    expect(await probe.exists(`limit:read:${key}`)).toBe(0);
    probe.disconnect();
  });
});

test('counts in process while Redis is away, and says so once', async () => {
  const warn = vi.fn();
  const log = { debug() {}, info() {}, error() {}, warn };
  const limiter = createLimiter({ limits, redisUrl: 'redis://127.0.0.1:1', clock: systemClock, log });
  open.push(limiter);
  for (let n = 0; n < 2; n += 1) expect(await allowed(limiter, 'auth', 'a')).toBe(true);
  expect(await allowed(limiter, 'auth', 'a')).toBe(false);
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
  await limiter.take('auth', 'b');
  expect(warn).toHaveBeenCalledExactlyOnceWith({ error: expect.any(String) }, 'Redis cannot be reached');
});
