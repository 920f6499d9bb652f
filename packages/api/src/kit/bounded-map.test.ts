import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('forgets what was used least recently when it is full', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(map.size).toBe(2);
  expect(map.get('b')).toBeUndefined();
  expect([map.get('a'), map.get('c')]).toEqual([1, 3]);
  map.delete('a');
  expect(map.get('a')).toBeUndefined();
});
