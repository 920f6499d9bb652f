import { describe, expect, test } from 'vitest';
import { unitsLeft, unitsNeeded } from './stock-units.ts';

const part = (variantId: string, quantity: number, available: number) => ({ variantId, quantity, available });

describe('units of a cart', () => {
  const bundle = { variantId: 'set', quantity: 2, parts: [part('cup', 4, 11), part('pot', 1, 3)] };
  const cup = { variantId: 'cup', quantity: 3, parts: [part('cup', 1, 11)] };
  const ebook = { variantId: 'ebook', quantity: 500, parts: [] };

  test('are added up by what is taken from stock, in bundles and alone', () => {
    expect([...unitsNeeded([bundle, cup, ebook])]).toEqual([
      ['cup', 11],
      ['pot', 2],
    ]);
  });

  test('that are left for a line are what the others leave', () => {
    const needed = unitsNeeded([bundle, cup, ebook]);
    expect(unitsLeft(bundle, needed)).toBe(2);
    expect(unitsLeft(cup, needed)).toBe(3);
    expect(unitsLeft(ebook, needed)).toBe(Number.POSITIVE_INFINITY);
    const more = { ...cup, quantity: 4 };
    expect(unitsLeft(bundle, unitsNeeded([bundle, more]))).toBe(1);
    expect(unitsLeft({ ...more, parts: [part('cup', 1, 2)] }, unitsNeeded([bundle, more]))).toBe(0);
  });
});
