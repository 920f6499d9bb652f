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
      values: [{ code: 'colour', values: ['Red', 'Blue'], range: null }],
      price: { min: 100, max: Number.MAX_SAFE_INTEGER },
      leastRating: null,
      inStock: null,
    });
    expect(parseFilters({ price: '..5' }).price).toEqual({ min: 0, max: 5 });
    expect(parseFilters({ rating: '4', stock: 'out' })).toMatchObject({ leastRating: 4, inStock: false });
    expect(parseFilters({ weight: '-1.5..2' }).values[0]?.range).toEqual({ min: -1.5, max: 2 });
    expect(parseFilters({ weight: '3..' }).values[0]?.range).toEqual({ min: 3, max: null });
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
    { rating: '0' },
    { rating: '4.5' },
    { stock: 'yes' },
  ])('refuses %j', (filter) => {
    expect(() => parseFilters(filter)).toThrow(expect.objectContaining({ code: 'filter_invalid' }));
  });
});
