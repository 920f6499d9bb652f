import { hash as argon2Hash } from '@node-rs/argon2';
import { describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../runtime/config.ts';
import { createPasswordHasher, hashesAtOnce, hashTurns } from './argon2-hasher.ts';
import { refuse } from './errors.ts';
import { createTurns } from './turns.ts';

const passwords = createPasswordHasher();

describe('password hasher', () => {
  test('hashes with Argon2id, 19 MiB, two passes, and a salt of its own', async () => {
    const [first, second] = await Promise.all([passwords.hash('long enough'), passwords.hash('long enough')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(second).not.toBe(first);
    expect(passwords.needsRehash(first)).toBe(false);
  });

  test('hashes at the cost that is configured', async () => {
    const costly = createPasswordHasher(undefined, { memoryKib: 24_576, passes: 3 });
    const hash = await costly.hash('long enough');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=24576,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await passwords.verify(hash, 'long enough')).toBe(true);
  });

  test.each([
    ['as configured', 'm=24576,t=3,p=1', false],
    ['of more memory', 'm=65536,t=3,p=1', false],
    ['of more passes', 'm=24576,t=4,p=1', false],
    ['of less memory', 'm=24575,t=9,p=1', true],
    ['of fewer passes', 'm=99999,t=2,p=1', true],
    ['of more threads', 'm=24576,t=3,p=4', true],
  ])('a hash %s is made again: %s %s', (_name, parameters, again) => {
    const hasher = createPasswordHasher(undefined, { memoryKib: 24_576, passes: 3 });
    expect(hasher.needsRehash(`$argon2id$v=19$${parameters}$c2FsdA$aGFzaA`)).toBe(again);
    for (const other of [`$argon2i$v=19$${parameters}$x$y`, `$argon2id$v=16$${parameters}$x$y`, '$2b$12$x', '']) {
      expect(hasher.needsRehash(other)).toBe(true);
    }
  });

  test('knows the right password from any other', async () => {
    const hash = await passwords.hash('Größe 🛒 matters');
    expect(await passwords.verify(hash, 'Größe 🛒 matters')).toBe(true);
    expect(await passwords.verify(hash, 'größe 🛒 matters')).toBe(false);
    expect(await passwords.verify(hash, '')).toBe(false);
  });

  test('an account that does not exist has no password that fits, and takes as long to say so', async () => {
    const hash = await passwords.hash('long enough');
    const fastest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    for (let i = 0; i < 24; i += 1) {
      const kind = i % 2 === 0 ? 'known' : 'unknown';
      const before = process.hrtime.bigint();
      expect(await passwords.verify(kind === 'known' ? hash : undefined, 'wrong guess')).toBe(false);
      fastest[kind] = Math.min(fastest[kind], Number(process.hrtime.bigint() - before));
    }
    const ratio = fastest.unknown / fastest.known;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  test('a hash of lower parameters still verifies and asks to be made again', async () => {
    const old = await argon2Hash('long enough', { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    expect(passwords.needsRehash(old)).toBe(true);
    expect(await passwords.verify(old, 'long enough')).toBe(true);
  });

  test('asks for admission when its turn has come, and hashes nothing for who is not admitted', async () => {
    const single = createPasswordHasher(createTurns({ atOnce: 1, maxWaiting: 50, maxWaitMs: 5_000 }));
    const hash = await single.hash('long enough');
    let underWay = 0;
    let most = 0;
    const attempts = Array.from({ length: 5 }, async () => {
      const matches = await single.verify(hash, 'long enough', async () => {
        underWay += 1;
        most = Math.max(most, underWay);
      });
      underWay -= 1;
      return matches;
    });
    expect(await Promise.all(attempts)).toEqual([true, true, true, true, true]);
    expect(most).toBeLessThanOrEqual(2);
    const refused = single.verify(hash, 'long enough', () => Promise.reject(refuse('credentials_invalid')));
    await expect(refused).rejects.toMatchObject({ code: 'credentials_invalid' });
    expect(await single.verify(hash, 'long enough')).toBe(true);
  });
});

describe('the queue of hashes', () => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 2],
    [64, 2],
  ])('on %i cores runs %i at once', async (cores, atOnce) => {
    expect(hashesAtOnce(cores)).toBe(atOnce);
    const turns = hashTurns(cores);
    let running = 0;
    let most = 0;
    const job = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, () => turns.take(job)));
    expect(most).toBe(atOnce);
  });

  test('lets nobody wait for more than two seconds, and says when to come again', async () => {
    vi.useFakeTimers();
    try {
      const turns = hashTurns(2);
      const { promise: endless, resolve: end } = Promise.withResolvers<void>();
      const first = turns.take(() => endless);
      let settled = false;
      const second = turns.take(async () => undefined).catch((error) => error);
      void second.then(() => {
        settled = true;
      });
      await vi.advanceTimersByTimeAsync(1_999);
      expect(settled).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await second).toMatchObject({ code: 'password_queue_full', retryAfterSeconds: 2 });
      end();
      await first;
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the cost in the configuration', () => {
  const load = (env: Record<string, string>) =>
    loadConfig({ DATABASE_URL: 'postgres://x', AUTH_SECRET: 'x'.repeat(32), ...env }).passwordHash;

  test('is 19 MiB and two passes unless said', () => {
    expect(load({})).toEqual({ memoryKib: 19_456, passes: 2 });
    expect(load({ ARGON2_MEMORY_KIB: '65536', ARGON2_PASSES: '3' })).toEqual({ memoryKib: 65_536, passes: 3 });
  });

  test.each([
    ['ARGON2_MEMORY_KIB', '19455'],
    ['ARGON2_MEMORY_KIB', '1048577'],
    ['ARGON2_MEMORY_KIB', 'much'],
    ['ARGON2_PASSES', '1'],
    ['ARGON2_PASSES', '21'],
    ['ARGON2_PASSES', '2.5'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(name);
  });
});
