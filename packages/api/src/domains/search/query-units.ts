import type { search } from '@cartwright/db';

type Stem = search.QueryStem;

/** One thing that a query asks for, in any of several ways; each way is stems that must all be there. */
export interface QueryUnit {
  ways: Stem[][];
  /** How much it says: its inverse document frequency. */
  weight: number;
}

/** Numbers say less than words: sizes and counts are in many titles that are about something else. */
const NUMBER_SHARE = 0.7;

/**
 * The inverse document frequency of BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), never
 * below zero; rounded, so that a cursor can carry it.
 */
function weightOf(ways: readonly Stem[][], documents: number): number {
  const held = ways.map((stems) => Math.min(...stems.map((stem) => stem.documents)));
  const count = Math.max(...held, 0);
  const all = Math.max(documents, count, 1);
  const frequency = Math.log(1 + (all - count + 0.5) / (count + 0.5));
  const isNumber = ways[0]?.every(({ stem }) => /^\d/.test(stem)) ?? false;
  return Math.round(frequency * (isNumber ? NUMBER_SHARE : 1) * 1e4) / 1e4;
}

/** Of a word's stems: those of a compound are either the compound or all its parts. */
export function waysOf(stems: readonly Stem[]): Stem[][] {
  if (stems.length < 2) return stems.length === 0 ? [] : [[...stems]];
  const compound = stems.filter(({ stem }) => stems.some((part) => part.stem !== stem && stem.includes(part.stem)));
  const parts = stems.filter((stem) => !compound.includes(stem));
  return [...compound.map((stem) => [stem]), ...(parts.length > 0 ? [parts] : [])];
}

/** Weighs what a query asks for; what is asked for twice is asked for once. */
export function unitsOf(groups: readonly Stem[][][], documents: number): QueryUnit[] {
  const units = new Map<string, QueryUnit>();
  for (const ways of groups) {
    if (ways.length === 0) continue;
    const key = ways.map((stems) => stems.map(({ stem }) => stem).join(' ')).join('|');
    if (!units.has(key)) units.set(key, { ways, weight: weightOf(ways, documents) });
  }
  return [...units.values()];
}

const quote = (stem: string): string => `'${stem.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A unit as the text of a tsquery. */
export function tsqueryOf(ways: readonly Stem[][]): string {
  const texts = ways.map((stems) => stems.map(({ stem }) => quote(stem)).join(' & '));
  return texts.length === 1 ? `(${texts[0]})` : `(${texts.map((text) => `(${text})`).join(' | ')})`;
}

/** The fewest insertions, deletions, substitutions and swaps of neighbours that make one word of another. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

const SHORTEST_CORRECTED = 4;
const LONG_WORD = 6;
const MAX_CORRECTIONS = 3;

/** Whether a word that no document has may be one that somebody mistyped. */
export function isCorrectable(stem: string): boolean {
  return stem.length >= SHORTEST_CORRECTED && !/\d/.test(stem);
}

/** The words nearest to one that no document has: one slip in a short word, two in a longer one. */
export function correctionsOf(stem: string, similar: readonly Stem[]): Stem[] {
  const allowed = stem.length < LONG_WORD ? 1 : 2;
  const near = similar
    .filter((each) => !/\d/.test(each.stem))
    .map((each) => ({ each, distance: editDistance(stem, each.stem) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || b.each.documents - a.each.documents);
  return near
    .filter(({ distance }) => distance === near[0]?.distance)
    .slice(0, MAX_CORRECTIONS)
    .map(({ each }) => each);
}
