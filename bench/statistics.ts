/** Median, smallest and largest of some runs. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/** Three runs of each in turn, so that what else happens on the machine falls on both. */
export async function alternate<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[A[], B[]]> {
  const results: [A[], B[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    results[0].push(await first());
    results[1].push(await second());
  }
  return results;
}

export function ratios(numerators: readonly number[], denominators: readonly number[]): Spread {
  return spread(numerators.map((value, index) => value / (denominators[index] ?? Number.NaN)));
}
