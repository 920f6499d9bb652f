import { type RedisServer, startRedisServer } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Credentials, type GuessedStore, openGuessedStore } from './guessing.ts';
import { redisCommand } from './redis-command.ts';

/** Two processes that share a Redis, which is spoiled while somebody guesses, at the default limits. */
let server: RedisServer | undefined;
let stores: [GuessedStore, GuessedStore] | undefined;
let victim: Credentials;
let sequence = 0;

beforeAll(async () => {
  server = await startRedisServer();
  if (server === undefined) return;
  stores = [await openGuessedStore({ REDIS_URL: server.url }), await openGuessedStore({ REDIS_URL: server.url })];
});
afterAll(async () => {
  await Promise.all((stores ?? []).map(({ runtime }) => runtime.dispose()));
  server?.stop();
});

async function open(context: {
  skip(note?: string): never;
}): Promise<{ port: number; stores: [GuessedStore, GuessedStore] }> {
  if (server === undefined || stores === undefined) return context.skip('no redis-server on the PATH');
  sequence += 1;
  const email = `victim${sequence}@example.com`;
  for (const store of stores) {
    victim = await store.addAccount(email);
    store.reset();
    await connected(store, server.port);
  }
  return { port: server.port, stores };
}

/** The first command only opens the connection. */
async function connected(store: GuessedStore, port: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const before = await redisCommand(port, 'KEYS', 'attempt:login:*');
      await store.logIn(
        { email: `warm${store.freshAddress()}@example.com`, password: 'x' },
        { address: store.freshAddress() },
      );
      expect(await redisCommand(port, 'KEYS', 'attempt:login:*')).not.toBe(before);
    },
    { timeout: 10_000, interval: 100 },
  );
  store.reset();
}

/** Guesses from addresses all over the world, and how many of them were let through. */
async function guess(store: GuessedStore, tries: number): Promise<number> {
  const before = store.looked(victim.email);
  for (let n = 0; n < tries; n += 1) {
    const response = await store.logIn(
      { email: victim.email, password: `wrong ${n}` },
      { address: store.freshAddress() },
    );
    expect([401, 429]).toContain(response.status);
  }
  return store.looked(victim.email) - before;
}

describe('guessing while Redis', () => {
  test('works lets ten through, over two processes', async (context) => {
    const {
      stores: [one, two],
    } = await open(context);
    let count = 0;
    for (let n = 0; n < 20; n += 1) count += (await guess(one, 1)) + (await guess(two, 1));
    expect(count).toBeLessThanOrEqual(10);
  });

  test('is flushed between guesses lets ten through', async (context) => {
    const {
      port,
      stores: [store],
    } = await open(context);
    let count = 0;
    for (let n = 0; n < 20; n += 1) {
      count += await guess(store, 1);
      await redisCommand(port, 'FLUSHALL');
      await redisCommand(port, 'SCRIPT', 'FLUSH');
    }
    expect(count).toBeLessThanOrEqual(10);
    expect(count).toBeGreaterThan(5);
  });

  test('cuts connections between guesses lets ten through', async (context) => {
    const {
      port,
      stores: [store],
    } = await open(context);
    let count = 0;
    for (let n = 0; n < 20; n += 1) {
      count += await guess(store, 1);
      await redisCommand(port, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    }
    expect(count).toBeLessThanOrEqual(10);
    expect(count).toBeGreaterThan(5);
  });

  test('hangs lets ten through', async (context) => {
    const {
      port,
      stores: [store],
    } = await open(context);
    const first = await guess(store, 4);
    await redisCommand(port, 'CLIENT', 'PAUSE', '1500', 'ALL');
    const burst = Array.from({ length: 40 }, () => guess(store, 1));
    await Promise.all(burst);
    expect(first).toBe(4);
    expect(store.looked(victim.email)).toBeLessThanOrEqual(10);
    await redisCommand(port, 'CLIENT', 'UNPAUSE');
    expect(await guess(store, 5)).toBe(0);
  });
});

test('guessing while Redis stops and comes back empty lets ten through, and right log-ins go on uncounted', async (context) => {
  const own = await startRedisServer();
  if (own === undefined) return context.skip('no redis-server on the PATH');
  const store = await openGuessedStore({ REDIS_URL: own.url });
  try {
    victim = await store.addAccount('stopped@example.com');
    const friend = await store.addAccount('friend@example.com');
    await connected(store, own.port);
    let count = await guess(store, 3);
    own.stop();
    count += await guess(store, 3);
    const home = { address: store.freshAddress() };
    for (let n = 0; n < 12; n += 1) expect((await store.logIn(friend, home)).status).toBe(200);
    const again = await startRedisServer({ port: own.port });
    await connected(store, own.port);
    count += await guess(store, 20);
    await redisCommand(own.port, 'FLUSHALL');
    count += await guess(store, 20);
    again?.stop();
    count += await guess(store, 20);
    expect(count).toBeLessThanOrEqual(10);
    expect(count).toBeGreaterThan(5);
  } finally {
    own.stop();
    await store.runtime.dispose();
  }
});

test('guessing where Redis cannot be reached at all lets ten through, and the owner in', async () => {
  const store = await openGuessedStore({ REDIS_URL: 'redis://127.0.0.1:1' });
  victim = await store.addAccount('unreached@example.com');
  const home = { address: store.freshAddress() };
  expect((await store.logIn(victim, home)).status).toBe(200);
  store.reset();
  expect(await guess(store, 40)).toBeLessThanOrEqual(10);
  expect((await store.logIn(victim, home)).status).toBe(200);
  await store.runtime.dispose();
});

test('answers that are given again ask Redis for nothing; a cart is counted in it', async (context) => {
  const {
    port,
    stores: [store],
  } = await open(context);
  const from = { address: store.freshAddress() };
  await store.send('GET', '/v1/categories', from);
  await redisCommand(port, 'CONFIG', 'RESETSTAT');
  for (let n = 0; n < 20; n += 1) {
    const response = await store.send('GET', '/v1/categories', from);
    expect([response.status, response.headers.get('ratelimit')?.replace(/t=\d+/, 't=')]).toEqual([
      200,
      `"read";r=${99_998 - n};t=`,
    ]);
  }
  expect(await redisCommand(port, 'INFO', 'commandstats')).not.toMatch(/cmdstat_(evalsha|eval|get|zadd)/);
  await store.send('GET', '/v1/carts/01a20916-bf14-7f9f-a01b-5916b6346912', from);
  expect(await redisCommand(port, 'INFO', 'commandstats')).toMatch(/cmdstat_evalsha/);
});
