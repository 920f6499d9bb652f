import { expect, test } from 'vitest';
import { ChangeLog } from './change-log.ts';

test('what was read before a change of something it is made of has changed, and only that', () => {
  const log = new ChangeLog();
  const before = log.at;
  log.note('7', ['product:a', 'listing:x']);
  expect(log.isUnchanged(before, ['product:a', 'product'])).toBe(false);
  expect(log.isUnchanged(before, ['product:*', 'product'])).toBe(false);
  expect(log.isUnchanged(before, ['product:b', 'product'])).toBe(true);
  expect(log.isUnchanged(before, [])).toBe(true);
  expect(log.isUnchanged(before, undefined)).toBe(false);
  expect(log.isUnchanged(log.at, undefined)).toBe(true);
  const after = log.at;
  log.note('8', ['product']);
  expect(log.isUnchanged(after, ['product:b', 'product'])).toBe(false);
  log.note('9', ['*']);
  expect(log.isUnchanged(after, [])).toBe(false);
});

test('processes that began at different times agree on what came after a position', () => {
  const [one, two] = [new ChangeLog(), new ChangeLog()];
  one.note('5', []);
  one.note('6', ['product:a']);
  for (const log of [one, two]) log.note('7', []);
  for (const log of [one, two]) log.note('8', ['product:b']);
  expect(one.position).toBe('8');
  expect(two.isUnchanged(two.numberOf('7') ?? -1, ['product:a'])).toBe(true);
  expect(two.isUnchanged(two.numberOf('7') ?? -1, ['product:b'])).toBe(false);
  expect(two.numberOf('6')).toBeUndefined();
});

test('one that has missed changes knows nothing of before', () => {
  const log = new ChangeLog();
  log.note('1', ['product:a']);
  const before = log.at;
  log.reset();
  expect(log.isUnchanged(before, [])).toBe(false);
  expect([log.position, log.numberOf('1')]).toEqual([undefined, undefined]);
});

test('of very many changes the oldest are forgotten, and whatever was read before them', () => {
  const log = new ChangeLog();
  const before = log.at;
  for (let n = 1; n <= 10_001; n += 1) log.note(String(n), [`product:${n}`]);
  expect(log.isUnchanged(before, ['product:none'])).toBe(false);
  expect(log.numberOf('1')).toBeUndefined();
  const recent = log.numberOf('10000') ?? -1;
  expect(log.isUnchanged(recent, ['product:10000'])).toBe(true);
  expect(log.isUnchanged(recent, ['product:10001'])).toBe(false);
});
