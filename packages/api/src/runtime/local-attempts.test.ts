import { expect, test } from 'vitest';
import { LocalAttempts } from './local-attempts.ts';

const entry = (id: string, at: number) => ({ id, at, settled: true });
const idsOf = (attempts: LocalAttempts, key: string, now: number) => attempts.of(key, now).map(({ id }) => id);

test('an attempt counts for exactly as long as the window', () => {
  const attempts = new LocalAttempts({ windowMs: 100 });
  attempts.add('a', entry('1', 0));
  attempts.add('a', entry('2', 50));
  expect(idsOf(attempts, 'a', 99)).toEqual(['1', '2']);
  expect(idsOf(attempts, 'a', 100)).toEqual(['2']);
  expect(idsOf(attempts, 'a', 150)).toEqual([]);
});

test('keys whose attempts are over take no memory', () => {
  const attempts = new LocalAttempts({ windowMs: 100 });
  for (let n = 0; n < 1_000; n += 1) attempts.add(`key ${n}`, entry(`${n}`, n));
  expect(attempts.size).toBe(100);
  attempts.remove('key 999', '999');
  expect(attempts.size).toBe(99);
});

test('of too many keys the one that was tried longest ago is forgotten', () => {
  const attempts = new LocalAttempts({ windowMs: 100, maxKeys: 2 });
  attempts.add('a', entry('1', 0));
  attempts.add('b', entry('2', 1));
  attempts.add('a', entry('3', 2));
  attempts.add('c', entry('4', 3));
  expect(idsOf(attempts, 'a', 4)).toEqual(['1', '3']);
  expect(idsOf(attempts, 'b', 4)).toEqual([]);
});

test('clearing forgets everything, or what is older', () => {
  const attempts = new LocalAttempts({ windowMs: 100 });
  attempts.add('a', entry('1', 0));
  attempts.add('a', entry('2', 5));
  attempts.clear('a', 5);
  expect(idsOf(attempts, 'a', 5)).toEqual(['2']);
  attempts.clear('a');
  attempts.clear('b');
  expect([idsOf(attempts, 'a', 5), attempts.size]).toEqual([[], 0]);
});
