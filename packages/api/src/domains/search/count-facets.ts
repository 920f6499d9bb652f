import type { Matches } from './matches.ts';

/** What numbers stand for brand and category among attributes, as the documents were packed. */
export interface FacetNumbers {
  brand: number;
  category: number;
}

/** A filter by facet values: one of them is enough. */
export interface ValueFilter {
  attribute: number;
  facetIds: ReadonlySet<number>;
}

export interface Filters {
  values: readonly ValueFilter[];
  /** The category, which every match is in. */
  category: number | null;
  /** Minor units, both ends included. */
  price: { min: number; max: number } | null;
  /** Thousandths. */
  leastRating: number | null;
  inStock: boolean | null;
}

/**
 * Of each match the filters that it fails, as bits (the values in their order, then price, rating, stock): 0 for what is
 * found, and for what one bit says that filter's own facet counts.
 */
export function failedFilters(matches: Matches, filters: Filters): Int32Array {
  const { values, category, price, leastRating, inStock } = filters;
  const failed = new Int32Array(matches.count);
  const [priceBit, ratingBit, stockBit] = bitsOf(filters);
  const anyFacet = values.length > 0 || category !== null;
  for (let i = 0; i < matches.count; i += 1) {
    let bits = anyFacet ? failedValues(matches, i, filters) : 0;
    if (price) {
      const amount = matches.price[i] as number;
      if (amount < 0 || amount < price.min || amount > price.max) bits |= priceBit;
    }
    if (leastRating !== null && (matches.rating[i] as number) < leastRating) bits |= ratingBit;
    if (inStock !== null && (matches.inStock[i] === 1) !== inStock) bits |= stockBit;
    failed[i] = bits;
  }
  return failed;
}

/** The bits of price, rating and stock. */
export function bitsOf({ values }: Filters): [price: number, rating: number, stock: number] {
  return [1 << values.length, 2 << values.length, 4 << values.length];
}

/** Set where a match is not in the category: no facet counts it. */
const ELSEWHERE = 1 << 30;

function failedValues(matches: Matches, i: number, { values, category }: Filters): number {
  const { numbers, facetStart, facetEnd } = matches;
  let bits = (1 << values.length) - 1;
  let outside = category === null ? 0 : ELSEWHERE;
  for (let f = facetStart[i] as number; f < (facetEnd[i] as number); f += 1) {
    const number = numbers[f] as number;
    if (number < 0) continue;
    if (number === category) outside = 0;
    for (let v = 0; v < values.length; v += 1) if (values[v]?.facetIds.has(number)) bits &= ~(1 << v);
  }
  return bits | outside;
}

const isSingle = (bits: number): boolean => (bits & (bits - 1)) === 0;

export interface FacetCounts {
  /** By attribute number: how many of what is found have it. */
  coverage: Map<number, number>;
  /** By attribute number, of those asked for: facet id to count. */
  counts: Map<number, Map<number, number>>;
}

/** How many attributes are shown besides those that are filtered by. */
const MAX_ATTRIBUTES = 10;

/**
 * Counts the values of brand, category, the filtered attributes, and the attributes that most of what is found has.
 * A facet counts what fails nothing, or only its own filter.
 */
export function countValues(
  matches: Matches,
  failed: Int32Array,
  input: { filters: Filters; numbers: FacetNumbers },
): FacetCounts {
  const { values } = input.filters;
  const coverage = coverageOf(matches, failed);
  const own = new Map(values.map(({ attribute }, index) => [attribute, 1 << index]));
  const best = [...coverage]
    .filter(([number]) => number !== input.numbers.brand && number !== input.numbers.category && !own.has(number))
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, MAX_ATTRIBUTES)
    .map(([number]) => number);
  const counts = new Map<number, Map<number, number>>();
  for (const number of [...own.keys(), ...best, input.numbers.brand, input.numbers.category]) {
    counts.set(number, new Map());
  }
  const { numbers, facetStart, facetEnd } = matches;
  for (let i = 0; i < matches.count; i += 1) {
    const bits = failed[i] as number;
    if (!isSingle(bits)) continue;
    let target: Map<number, number> | undefined;
    for (let f = facetStart[i] as number; f < (facetEnd[i] as number); f += 1) {
      const number = numbers[f] as number;
      if (number < 0) {
        target = bits === 0 || own.get(-number) === bits ? counts.get(-number) : undefined;
      } else if (target) target.set(number, (target.get(number) ?? 0) + 1);
    }
  }
  return { coverage, counts };
}

function coverageOf(matches: Matches, failed: Int32Array): Map<number, number> {
  const { numbers, facetStart, facetEnd } = matches;
  const coverage = new Map<number, number>();
  for (let i = 0; i < matches.count; i += 1) {
    if (failed[i] !== 0) continue;
    for (let f = facetStart[i] as number; f < (facetEnd[i] as number); f += 1) {
      const number = numbers[f] as number;
      if (number < 0) coverage.set(-number, (coverage.get(-number) ?? 0) + 1);
    }
  }
  return coverage;
}

const BUCKETS = 10;

export interface PriceCounts {
  min: number;
  max: number;
  /** Equal steps from the lowest to the highest; an amount on an edge is of the bucket above it. */
  buckets: { from: number; to: number; count: number }[];
}

/** The prices there are without the price filter; null where nothing has one. */
export function countPrices(matches: Matches, failed: Int32Array, filters: Filters): PriceCounts | null {
  const [own] = bitsOf(filters);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const seen = (i: number): boolean => (failed[i] === 0 || failed[i] === own) && (matches.price[i] as number) >= 0;
  for (let i = 0; i < matches.count; i += 1) {
    if (!seen(i)) continue;
    const amount = matches.price[i] as number;
    if (amount < min) min = amount;
    if (amount > max) max = amount;
  }
  if (max < 0) return null;
  const step = Math.max(1, Math.ceil((max - min + 1) / BUCKETS));
  const buckets = Array.from({ length: Math.ceil((max - min + 1) / step) }, (_, n) => ({
    from: min + n * step,
    to: Math.min(max, min + (n + 1) * step - 1),
    count: 0,
  }));
  for (let i = 0; i < matches.count; i += 1) {
    if (!seen(i)) continue;
    const bucket = buckets[Math.floor(((matches.price[i] as number) - min) / step)];
    if (bucket) bucket.count += 1;
  }
  return { min, max, buckets };
}

/** How many have at least four, three, two and one stars, without the rating filter. */
export function countRatings(
  matches: Matches,
  failed: Int32Array,
  filters: Filters,
): { least: number; count: number }[] {
  const [, own] = bitsOf(filters);
  const least = [4, 3, 2, 1];
  const counts = least.map(() => 0);
  for (let i = 0; i < matches.count; i += 1) {
    if (failed[i] !== 0 && failed[i] !== own) continue;
    const rating = matches.rating[i] as number;
    least.forEach((stars, n) => {
      if (rating >= stars * 1000) counts[n] = (counts[n] ?? 0) + 1;
    });
  }
  return least.map((stars, n) => ({ least: stars, count: counts[n] ?? 0 }));
}

/** How many can be bought and how many cannot, without the stock filter. */
export function countStock(matches: Matches, failed: Int32Array, filters: Filters): { in: number; out: number } {
  const [, , own] = bitsOf(filters);
  const counts = { in: 0, out: 0 };
  for (let i = 0; i < matches.count; i += 1) {
    if (failed[i] !== 0 && failed[i] !== own) continue;
    if (matches.inStock[i] === 1) counts.in += 1;
    else counts.out += 1;
  }
  return counts;
}
