import { expect, test } from 'vitest';
import { signersAmong } from './key-life.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, seconds));
const key = (name: string, created: number, retired?: number) => ({
  name,
  createdAt: at(created),
  retiredAt: retired === undefined ? null : at(retired),
});

/** Newest first, as the table gives them. */
test.each([
  ['the only key signs at once', 0, [key('first', 0)], ['first']],
  ['a new key waits until everybody knows it', 9, [key('new', 0), key('old', -100, 10)], ['old', 'new']],
  ['then it signs, and the old one no more', 10, [key('new', 0), key('old', -100, 10)], ['new']],
  ['a retired key signs nothing', 60, [key('old', -100, 10)], []],
  ['of two new ones the first is the better known', 5, [key('c', 3), key('b', 0, 13), key('a', -99, 0)], ['b', 'c']],
  ['and the newer follows when its time has come', 13, [key('c', 3), key('b', 0, 13)], ['c']],
  ['another store secret’s newer key leaves the older one in use', 60, [key('b', 9), key('a', 0)], ['b', 'a']],
])('%s', (_name, seconds, keys, expected) => {
  expect(signersAmong(keys, at(seconds)).map(({ name }) => name)).toEqual(expected);
});
