import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeTax } from './compute-tax.ts';

describe('computeTax', () => {
  test.each([
    // amount, ppm, inclusive, net, tax, gross
    [1190, 190_000, true, 1000, 190, 1190],
    [100, 190_000, true, 84, 16, 100],
    [1, 190_000, true, 1, 0, 1],
    [3, 200_000, true, 2, 1, 3],
    [1000, 190_000, false, 1000, 190, 1190],
    [50, 70_000, false, 50, 4, 54],
    [10_000, 88_750, false, 10_000, 888, 10_888],
    [999, 0, true, 999, 0, 999],
    [0, 190_000, false, 0, 0, 0],
    [9_007_199_254_740_991, 250_000, true, 7_205_759_403_792_793, 1_801_439_850_948_198, 9_007_199_254_740_991],
  ])('%i at %i ppm, included: %s', (amount, ppm, included, netMinor, taxMinor, grossMinor) => {
    expect(computeTax(amount, ppm, included)).toEqual({ netMinor, taxMinor, grossMinor });
  });

  test('net and tax are always the gross, and the tax is within half a unit of exact', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 1_000_000 }), fc.boolean(), (minor, ppm, included) => {
        const { netMinor, taxMinor, grossMinor } = computeTax(minor, ppm, included);
        expect(netMinor + taxMinor).toBe(grossMinor);
        expect(included ? grossMinor : netMinor).toBe(minor);
        const divisor = included ? 1_000_000n + BigInt(ppm) : 1_000_000n;
        const error = BigInt(taxMinor) * divisor - BigInt(minor) * BigInt(ppm);
        expect(2n * (error < 0n ? -error : error) <= divisor).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('refuses a total beyond 2^53', () => {
    expect(() => computeTax(9_007_199_254_740_991, 1, false)).toThrow('larger than can be counted');
  });
});
