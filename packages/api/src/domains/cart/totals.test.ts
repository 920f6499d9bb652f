import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeTotals, type TotalsLine } from './totals.ts';

const line: fc.Arbitrary<TotalsLine> = fc.record({
  unitPriceMinor: fc.integer({ min: 0, max: 10_000_000 }),
  quantity: fc.integer({ min: 1, max: 10_000 }),
  taxRatePpm: fc.constantFrom(0, 70_000, 88_750, 190_000, 250_000),
});
const shipping = fc.option(
  fc.record({ priceMinor: fc.integer({ min: 0, max: 100_000 }), taxRatePpm: fc.constantFrom(0, 70_000, 190_000) }),
);

describe('computeTotals', () => {
  test('rounds each line once, not the sum', () => {
    // Three lines of 0.50 at 7 %: 3.5 cents each become 4, where the sum would be 10.5 → 11.
    const lines = Array.from({ length: 3 }, () => ({ unitPriceMinor: 50, quantity: 1, taxRatePpm: 70_000 }));
    expect(computeTotals({ lines, shipping: null, pricesIncludeTax: false })).toMatchObject({
      subtotalMinor: 150,
      taxMinor: 12,
      totalMinor: 162,
    });
  });

  test('parts sum to the whole, nothing is below zero, and the order of lines does not matter', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), shipping, fc.boolean(), (lines, ship, pricesIncludeTax) => {
        const totals = computeTotals({ lines, shipping: ship, pricesIncludeTax });
        const sum = (key: 'subtotalMinor' | 'taxMinor' | 'totalMinor') =>
          totals.lines.reduce((total, each) => total + each[key], 0);
        expect(totals.subtotalMinor).toBe(sum('subtotalMinor'));
        expect(totals.taxMinor).toBe(sum('taxMinor') + totals.shippingTaxMinor);
        const shippingGross = totals.shippingMinor + (pricesIncludeTax ? 0 : totals.shippingTaxMinor);
        expect(totals.totalMinor).toBe(sum('totalMinor') + shippingGross);
        for (const value of [totals.subtotalMinor, totals.taxMinor, totals.totalMinor, totals.shippingMinor]) {
          expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
        }
        const reversed = computeTotals({ lines: lines.toReversed(), shipping: ship, pricesIncludeTax });
        expect(reversed.totalMinor).toBe(totals.totalMinor);
      }),
      { numRuns: 5000 },
    );
  });

  test('refuses what cannot be counted exactly', () => {
    const lines = [{ unitPriceMinor: 9_007_199_254_740_991, quantity: 2, taxRatePpm: 0 }];
    expect(() => computeTotals({ lines, shipping: null, pricesIncludeTax: true })).toThrow(
      'larger than can be counted',
    );
  });
});
