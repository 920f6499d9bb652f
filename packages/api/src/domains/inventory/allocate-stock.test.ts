import { describe, expect, test } from 'vitest';
import { allocateStock } from './allocate-stock.ts';

const level = (locationId: string, available: number, priority: number, variantId = 'v') => ({
  variantId,
  locationId,
  available,
  priority,
});

describe('allocateStock', () => {
  test('takes a line whole from the preferred location that has all of it', () => {
    const levels = [level('near', 2, 1), level('far', 9, 2)];
    expect(allocateStock([{ variantId: 'v', quantity: 3 }], levels)).toEqual({
      parts: [{ variantId: 'v', locationId: 'far', quantity: 3 }],
      shortages: [],
    });
  });

  test('splits a line that no location has whole, the preferred one first', () => {
    const levels = [level('far', 4, 2), level('near', 2, 1), level('empty', 0, 0)];
    expect(allocateStock([{ variantId: 'v', quantity: 5 }], levels).parts).toEqual([
      { variantId: 'v', locationId: 'near', quantity: 2 },
      { variantId: 'v', locationId: 'far', quantity: 3 },
    ]);
  });

  test('names every line that cannot be covered', () => {
    const levels = [level('near', 2, 1), level('near', 1, 1, 'w')];
    const units = [
      { variantId: 'v', quantity: 3 },
      { variantId: 'w', quantity: 1 },
      { variantId: 'x', quantity: 1 },
    ];
    expect(allocateStock(units, levels).shortages).toEqual([
      { variantId: 'v', requested: 3, available: 2 },
      { variantId: 'x', requested: 1, available: 0 },
    ]);
  });
});
