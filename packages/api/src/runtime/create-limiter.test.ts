import { testRedisUrl } from '@cartwright/db/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from './config.ts';
import { createLimiter, limitPolicies } from './create-limiter.ts';
import type { Limiter } from './limiter.ts';

const limits = { readPer10s: 2, cartPer10s: 3, adminPer10s: 0, authPerMinute: 2, loginFailuresPer15Min: 2 };
const open: Limiter[] = [];
const limiterOf = (redisUrl: string | undefined, log?: Parameters<typeof createLimiter>[0]['log']): Limiter => {
  const limiter = createLimiter({ limits, redisUrl, ...(log && { log }) });
  open.push(limiter);
  return limiter;
};
afterEach(async () => {
  for (const limiter of open.splice(0)) await limiter.close();
});
const allowed = async (taken: ReturnType<Limiter['take']>): Promise<boolean> => (await taken).allowed;

describe('in process', () => {
  test('admits exactly the allowance, then says how long to wait', async () => {
    const limiter = limiterOf(undefined);
    for (let n = 0; n < 3; n += 1) expect(await limiter.take('cart', 'a')).toEqual({ allowed: true });
    const refused = await limiter.take('cart', 'a');
    expect(refused).toEqual({ allowed: false, retryAfterSeconds: expect.any(Number) });
    expect(refused.allowed ? 0 : refused.retryAfterSeconds).toBeGreaterThanOrEqual(9);
    expect(refused.allowed ? 99 : refused.retryAfterSeconds).toBeLessThanOrEqual(10);
  });

  test('counts every key and every class by itself', async () => {
    const limiter = limiterOf(undefined);
    for (let n = 0; n < 3; n += 1) await limiter.take('cart', 'a');
    expect(await allowed(limiter.take('cart', 'b'))).toBe(true);
    expect(await allowed(limiter.take('auth', 'a'))).toBe(true);
    expect(await allowed(limiter.take('cart', 'a'))).toBe(false);
  });

  test('a quota of 0 switches a class off', async () => {
    const limiter = limiterOf(undefined);
    for (let n = 0; n < 50; n += 1) expect(await allowed(limiter.take('admin', 'a'))).toBe(true);
    await limiter.forgive('admin', 'a');
  });

  test('gives one back, but never more than was taken', async () => {
    const limiter = limiterOf(undefined);
    await limiter.forgive('login', 'a');
    expect(await allowed(limiter.take('login', 'a'))).toBe(true);
    await limiter.forgive('login', 'a');
    await limiter.forgive('login', 'a');
    expect(await allowed(limiter.take('login', 'a'))).toBe(true);
    expect(await allowed(limiter.take('login', 'a'))).toBe(true);
    expect(await allowed(limiter.take('login', 'a'))).toBe(false);
  });
});

test('the default limits admit 2,000 cart and checkout requests in 10 s from one address', async () => {
  const env = { DATABASE_URL: 'postgres://localhost/none', AUTH_SECRET: 'x'.repeat(32) };
  const config = loadConfig(env);
  expect(limitPolicies(config.limits).cart).toEqual({ quota: 5_000, windowSeconds: 10 });
  const limiter = createLimiter({ limits: config.limits, redisUrl: undefined });
  const taken = await Promise.all(Array.from({ length: 2_000 }, () => allowed(limiter.take('cart', '192.0.2.1'))));
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
    expect(await allowed(one.take('cart', key))).toBe(true);
    expect(await allowed(two.take('cart', key))).toBe(true);
    expect(await allowed(one.take('cart', key))).toBe(true);
    expect(await allowed(two.take('cart', key))).toBe(false);
    await one.take('read', key);
    expect(await probe.exists(`limit:read:${key}`)).toBe(0);
    await one.forgive('cart', key);
    expect(Number(await probe.get(`limit:cart:${key}`))).toBe(3);
    probe.disconnect();
  });
});

test('counts in process while Redis is away, and says so once', async () => {
  const warn = vi.fn();
  const limiter = limiterOf('redis://127.0.0.1:1', { debug() {}, info() {}, error() {}, warn });
  for (let n = 0; n < 2; n += 1) expect(await allowed(limiter.take('login', 'a'))).toBe(true);
  expect(await allowed(limiter.take('login', 'a'))).toBe(false);
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
  await limiter.take('login', 'b');
  expect(warn).toHaveBeenCalledExactlyOnceWith({ error: expect.any(String) }, 'Redis cannot be reached');
});
