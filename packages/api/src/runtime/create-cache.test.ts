import { testRedisUrl } from '@cartwright/db/testing';
import { describe, expect, test, vi } from 'vitest';
import { createTestClock } from '../testing/index.ts';
import { createCache } from './create-cache.ts';
import { createMemoryCache } from './memory-cache.ts';

describe('in process', () => {
  test('keeps a value until its time is up', async () => {
    const clock = createTestClock();
    const cache = createCache({ clock, redisUrl: undefined });
    await cache.set('a', '{"n":1}', 10);
    clock.advance(9);
    expect(await cache.get('a')).toBe('{"n":1}');
    clock.advance(1);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.get('never')).toBeUndefined();
  });

  test('forgets what is deleted, and everything when closed', async () => {
    const cache = createCache({ clock: createTestClock(), redisUrl: undefined });
    await cache.set('a', '1', 10);
    await cache.set('b', '2', 10);
    await cache.delete('a');
    expect([await cache.get('a'), await cache.get('b')]).toEqual([undefined, '2']);
    await cache.close();
    expect(await cache.get('b')).toBeUndefined();
  });

  test('drops the entry that was written longest ago when it is full', async () => {
    const cache = createMemoryCache({ now: () => 0, maxEntries: 2 });
    await cache.set('a', '1', 10);
    await cache.set('b', '2', 10);
    await cache.set('a', '3', 10);
    await cache.set('c', '4', 10);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual(['3', undefined, '4']);
  });
});

const redisUrl = testRedisUrl();
describe.skipIf(redisUrl === '')('over Redis', () => {
  test('two processes see the same value until it is deleted or its time is up', async () => {
    const clock = createTestClock();
    const [one, two] = [createCache({ clock, redisUrl }), createCache({ clock, redisUrl })];
    const key = `cache-test-${process.pid}`;
    // A command before the connection stands is a miss.
    await vi.waitFor(async () => {
      await one.set(key, 'x', 60);
      expect(await two.get(key)).toBe('x');
    });
    await two.delete(key);
    expect(await one.get(key)).toBeUndefined();
    await one.set(key, 'y', 0.05);
    await vi.waitFor(async () => expect(await two.get(key)).toBeUndefined());
    await Promise.all([one.close(), two.close()]);
  });
});

test('Redis being away is a miss, never an error', async () => {
  const cache = createCache({ clock: createTestClock(), redisUrl: 'redis://127.0.0.1:1' });
  await cache.set('a', '1', 10);
  expect(await cache.get('a')).toBeUndefined();
  await cache.delete('a');
  await cache.close();
});
