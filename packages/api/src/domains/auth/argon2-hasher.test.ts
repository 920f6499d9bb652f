import { hash as argon2Hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { createPasswordHasher } from './argon2-hasher.ts';
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
