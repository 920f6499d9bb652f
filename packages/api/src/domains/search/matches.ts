import type { QueryUnit } from './query-units.ts';

/** What matched, one array a column. */
export interface Matches {
  count: number;
  doc: Int32Array;
  inStock: Uint8Array;
  /** Minor units; -1 without a price. */
  price: Float64Array;
  /** Average rating in thousandths; -1 without one. */
  rating: Int32Array;
  sold: Int32Array;
  /** Seconds since 1970. */
  published: Int32Array;
  score: Float64Array;
  /** Share of the query that it holds, 0 to 1. */
  coverage: Float64Array;
  /** All numbers of the answer; the facets of match `i` are those from `facetStart[i]` to `facetEnd[i]`. */
  numbers: Int32Array;
  facetStart: Int32Array;
  facetEnd: Int32Array;
}

export interface Ranking {
  units: readonly QueryUnit[];
  /** Words that a match should rather not have in its title or brand. */
  unwanted: readonly number[];
  /** The word "without" itself: a title that has it too means what the query means. */
  without: number | null;
  /** Facet values that make a match count for more. */
  boosts: ReadonlyMap<number, number>;
  /** Records begin with the units that they hold; otherwise they hold all. */
  masked: boolean;
}

// Chosen by nDCG@10 on two catalogs (docs/adr/0019-search.md).
/** What a word in attributes or description counts, of 1, that the title, brand and category lack. */
const ELSEWHERE = 0.3;
/** How much more a match counts that holds the whole query. */
const WHOLE_QUERY = 0.75;
/** How much more a match counts whose title and brand hold the whole query. */
const NAMED = 0.3;
/** How much less a match counts that has in its title what the query is "without". */
const UNWANTED = 0.4;
/** How much more a match counts that says "without" of it. */
const SAID_WITHOUT = 1;

/** Numbers before what is packed with the product: doc, in stock, two halves of the price, rating, sold. */
const DYNAMIC = 6;
const WEIGHT_BITS = 10;
const WHOLE_WEIGHT = 2 ** WEIGHT_BITS - 1;

const LOW_HALF = 2 ** 32;

/** Big-endian 32-bit integers as an array. */
function integersOf(bytes: Uint8Array): Int32Array {
  const copy = new Uint8Array(bytes);
  Buffer.from(copy.buffer).swap32();
  return new Int32Array(copy.buffer);
}

/** Reads packed matches and ranks them. */
export function readMatches(bytes: Uint8Array, ranking: Ranking): Matches {
  const numbers = integersOf(bytes);
  const offset = ranking.masked ? 1 : 0;
  const starts = recordStarts(numbers, offset);
  const count = starts.length;
  const matches: Matches = {
    count,
    doc: new Int32Array(count),
    inStock: new Uint8Array(count),
    price: new Float64Array(count),
    rating: new Int32Array(count),
    sold: new Int32Array(count),
    published: new Int32Array(count),
    score: new Float64Array(count),
    coverage: new Float64Array(count),
    numbers,
    facetStart: new Int32Array(count),
    facetEnd: new Int32Array(count),
  };
  const at = (index: number): number => numbers[index] as number;
  for (let i = 0; i < count; i += 1) {
    const record = (starts[i] as number) + offset;
    const packed = record + DYNAMIC;
    matches.doc[i] = at(record);
    matches.inStock[i] = at(record + 1);
    matches.price[i] = at(record + 2) * LOW_HALF + (at(record + 3) >>> 0);
    matches.rating[i] = at(record + 4);
    matches.sold[i] = at(record + 5);
    matches.published[i] = at(packed);
    matches.facetStart[i] = packed + 4 + at(packed + 2);
    matches.facetEnd[i] = packed + 4 + at(packed + 2) + at(packed + 3);
  }
  if (ranking.units.length > 0) rank(matches, starts, ranking);
  if (ranking.boosts.size > 0) boost(matches, ranking.boosts);
  return matches;
}

function recordStarts(numbers: Int32Array, offset: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start < numbers.length; ) {
    starts.push(start);
    const packed = start + offset + DYNAMIC;
    start = packed + 4 + (numbers[packed + 2] as number) + (numbers[packed + 3] as number);
  }
  return starts;
}

/** BM25F (see `saveSearchDocuments` for the weights), times how much of the query there is and where. */
function rank(matches: Matches, starts: readonly number[], { units, unwanted, without, masked }: Ranking): void {
  const { numbers } = matches;
  const offset = masked ? 1 : 0;
  const whole = units.reduce((sum, { weight }) => sum + weight, 0) || 1;
  // All words of interest, so that each record is read once.
  const wanted = [...new Set(units.flatMap(({ ways }) => ways.flatMap((stems) => stems.map(({ word }) => word))))];
  const slots = wanted.length;
  const unitSlots = units.map(({ ways }) => ways.map((stems) => stems.map(({ word }) => wanted.indexOf(word))));
  const found = new Float64Array(slots);
  const named = new Uint8Array(slots);
  for (let i = 0; i < matches.count; i += 1) {
    const start = starts[i] as number;
    const held = masked ? (numbers[start] as number) : -1;
    const packed = start + offset + DYNAMIC;
    const ofName = numbers[packed + 1] as number;
    const words = numbers[packed + 2] as number;
    found.fill(0);
    named.fill(0);
    let bad = 0;
    let saysWithout = false;
    for (let w = 0; w < words; w += 1) {
      const number = numbers[packed + 4 + w] as number;
      const word = number >>> WEIGHT_BITS;
      for (let s = 0; s < slots; s += 1) {
        if (wanted[s] !== word) continue;
        found[s] = (number & WHOLE_WEIGHT) / WHOLE_WEIGHT;
        named[s] = w < ofName ? 1 : 0;
      }
      if (w < ofName && unwanted.length > 0 && unwanted.includes(word)) bad += 1;
      if (word === without) saysWithout = true;
    }
    let score = 0;
    let coverage = 0;
    let inName = 0;
    for (let u = 0; u < units.length; u += 1) {
      if (((held >> u) & 1) === 0) continue;
      const weight = (units[u] as QueryUnit).weight;
      let best = ELSEWHERE;
      let isNamed = false;
      for (const way of unitSlots[u] as number[][]) {
        let least = Number.POSITIVE_INFINITY;
        let allNamed = true;
        for (const slot of way) {
          least = Math.min(least, found[slot] as number);
          allNamed &&= named[slot] === 1;
        }
        if (least > best) best = least;
        isNamed ||= allNamed;
      }

      score += weight * best;
      coverage += weight;
      if (isNamed) inName += weight;
    }
    const share = Math.min(1, coverage / whole);
    const isWhole = share > 1 - 1e-9;
    score *= share * (isWhole ? 1 + WHOLE_QUERY : 1) * (1 + (NAMED * inName) / whole);
    if (bad > 0 && saysWithout) score *= 1 + SAID_WITHOUT;
    else if (bad > 0) score *= 1 - (UNWANTED * Math.min(bad, unwanted.length)) / unwanted.length;
    matches.score[i] = score;
    matches.coverage[i] = share;
  }
}

function boost(matches: Matches, boosts: ReadonlyMap<number, number>): void {
  const { numbers } = matches;
  for (let i = 0; i < matches.count; i += 1) {
    let factor = 1;
    for (let f = matches.facetStart[i] as number; f < (matches.facetEnd[i] as number); f += 1) {
      factor *= boosts.get(numbers[f] as number) ?? 1;
    }
    matches.score[i] = (matches.score[i] as number) * factor;
  }
}
