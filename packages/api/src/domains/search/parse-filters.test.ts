import { describe, expect, test } from 'vitest';
import { parseFilters, splitValues } from './parse-filters.ts';

describe('splitValues', () => {
  test.each([
    ['a,b', ['a', 'b']],
    ['a\\,b,c', ['a,b', 'c']],
    ['a\\\\,b', ['a\\', 'b']],
    ['a\\b', ['a\\b']],
    ['', ['']],
    [',', ['', '']],
  ])('%s', (text, values) => {
    expect(splitValues(text)).toEqual(values);
  });
});

describe('parseFilters', () => {
  test('reads values once each and the price range, either end open', () => {
    expect(parseFilters({ colour: 'Red,Blue,Red', price: '100..' })).toEqual({
      values: [{ code: 'colour', values: ['Red', 'Blue'] }],
      price: { min: 100, max: null },
    });
    expect(parseFilters({ price: '..5' }).price).toEqual({ min: null, max: 5 });
    expect(parseFilters({}).price).toBeNull();
  });

  test.each<Record<string, string>>([
    { colour: '' },
    { colour: 'a,,b' },
    { colour: 'a\0' },
    { colour: '\ud800' },
    { colour: Array.from({ length: 51 }, (_, i) => i).join() },
    { price: '..' },
    { price: '5' },
    { price: '9..1' },
    { price: '-1..2' },
    { price: '1..9999999999999999' },
    { price: '1..2;drop table products' },
  ])('refuses %j', (filter) => {
    expect(() => parseFilters(filter)).toThrow(expect.objectContaining({ code: 'filter_invalid' }));
  });
});
