import { describe, expect, test } from 'vitest';
import { areaUnderCurve } from '../bench/auc.ts';

describe('how well two samples can be told apart', () => {
  test.each([
    ['not at all when they are the same', [1, 2, 3], [1, 2, 3], 0.5],
    ['not at all when all are equal', [1, 1], [1, 1, 1], 0.5],
    ['always when one lies above the other', [1, 2], [3, 4], 1],
    ['just as well the other way around', [3, 4], [1, 2], 1],
    ['by the pairs that are in order, counted by hand: 5 of 9 and a tie', [1, 3, 5], [2, 3, 6], 5.5 / 9],
  ])('%s', (_name, first, second, area) => {
    expect(areaUnderCurve(first, second)).toBeCloseTo(area, 12);
  });
});
