import { type RedisServer, startRedisServer } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { redisCommand } from './redis-command.ts';
import { type Process, SharedStore, STAFF } from './shared-store.ts';

/** Two processes of one store that share a Redis, as long as there is one. */
const KETTLE = '/v1/products/kettle';

let redis: RedisServer | undefined;
let store: SharedStore;
let one: Process;
let two: Process;

beforeAll(async () => {
  redis = await startRedisServer();
  store = await SharedStore.open();
  if (redis) [one, two] = [await store.process({ redisUrl: redis.url }), await store.process({ redisUrl: redis.url })];
});
afterAll(async () => {
  await store.close();
  redis?.stop();
});

const available = async (at: Process): Promise<number> => {
  const product = (await at.read(KETTLE)) as { variants: { available: number }[] };
  return product.variants[0]?.available ?? -1;
};
const setStock = (at: Process, onHand: number) =>
  at.send('PUT', `/v1/admin/variants/${store.known['variantId']}/stock`, { onHand }, STAFF);
const costOf = async (at: Process): Promise<number> => {
  at.takeStatements();
  await (await at.get(KETTLE)).arrayBuffer();
  return at.takeStatements().length;
};

test('what one process has read costs the other no statement, until it changes', async (context) => {
  if (!redis) return context.skip('no redis-server on the PATH');
  const { port } = redis;
  // The first commands only open the connections; both processes have begun to listen then.
  await vi.waitFor(async () => {
    await setStock(one, 1_000);
    await setStock(two, 1_001);
    expect(await available(one)).toBeGreaterThan(0);
    expect(await redisCommand(port, 'KEYS', 'cache:answer:*')).toContain('answer:rest catalog.product');
    expect(await costOf(two)).toBe(0);
  });
  const before = await available(two);
  await setStock(one, 1_101);
  expect(await available(one)).toBe(before + 100);
  await vi.waitFor(async () => expect(await available(two)).toBe(before + 100), 1_000);
});

test('without the Redis everything is answered, and changes are seen', async (context) => {
  if (!redis) return context.skip('no redis-server on the PATH');
  const before = await available(two);
  redis.stop();
  for (let n = 1; n <= 5; n += 1) {
    await setStock(one, 1_101 + n);
    expect(await available(one)).toBe(before + n);
    await vi.waitFor(async () => expect(await available(two)).toBe(before + n), 1_000);
  }
});
