import { search } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { type Matches, readMatches } from './matches.ts';
import { correctionsOf, isCorrectable, type QueryUnit, tsqueryOf, unitsOf, waysOf } from './query-units.ts';
import type { ReadQuery } from './read-query.ts';

type Scope = search.SearchScope;
type Stem = search.QueryStem;

/** What a query asks for, in the words that there are. */
export interface Wanted {
  units: QueryUnit[];
  /** Text of a tsquery that every match fulfils; null without phrases and exclusions. */
  required: string | null;
  unwanted: number[];
  without: number | null;
  corrected: { from: string; to: string[] }[];
}

/** Which entries of `scope.words` are what: words of the groups one after another, spellings, "without", unwanted, excluded. */
export interface WordPlan {
  words: string[];
  spellings: { word: string; of: number[] }[];
}

/** Puts the words that the database found together to units. A second statement only where no product has a word. */
export async function wantedOf(ctx: Ctx, input: { query: ReadQuery; plan: WordPlan; scope: Scope }): Promise<Wanted> {
  const { query, plan, scope } = input;
  const flat = query.groups.flat();
  const ways = flat.map((_, index) => waysOf(scope.words[index] ?? []));
  plan.spellings.forEach(({ of }, index) => {
    const spelled = scope.words[flat.length + index] ?? [];
    if (spelled.length > 0) for (const each of of) if ((ways[each]?.length ?? 0) > 0) ways[each]?.push([...spelled]);
  });
  addSynonyms(ways, scope);
  const corrected = await correct(ctx, { ways, words: flat, locale: scope.locale });
  const ends = query.groups.map((_, n) => query.groups.slice(0, n + 1).flat().length);
  const groups = query.groups.map((group, n) => ways.slice((ends[n] ?? 0) - group.length, ends[n]).flat());
  const rest = scope.words.slice(flat.length + plan.spellings.length);
  const [without = [], ...others] = rest;
  const unwanted = others.slice(0, query.unwanted.length).flat();
  const excluded = others.slice(query.unwanted.length).filter((stems) => stems.length > 0);
  const required = [
    ...scope.phrases.filter((phrase) => phrase !== '').map((phrase) => `(${phrase})`),
    ...excluded.map((stems) => `!${tsqueryOf([stems])}`),
  ];
  return {
    units: unitsOf(groups, scope.documents),
    required: required.length === 0 ? null : required.join(' & '),
    unwanted: unwanted.map(({ word }) => word),
    without: without[0]?.word ?? null,
    corrected,
  };
}

function addSynonyms(ways: Stem[][][], scope: Scope): void {
  for (const { of, alternatives } of scope.synonyms) {
    // A synonym of signs or stop words only.
    if (of.length === 0) continue;
    const last = ways.findIndex((_, start) =>
      of.every((stem, n) => ways[start + n]?.some((way) => way.length === 1 && way[0]?.stem === stem)),
    );
    if (last === -1) continue;
    for (let n = 0; n < of.length; n += 1) {
      for (const stems of alternatives) if (stems.length > 0) ways[last + n]?.push([...stems]);
    }
  }
}

/** Replaces words that no product has by those that look like them. */
async function correct(
  ctx: Ctx,
  input: { ways: Stem[][][]; words: readonly string[]; locale: string },
): Promise<{ from: string; to: string[] }[]> {
  const { ways, words, locale } = input;
  const missing = ways.flatMap((each, index) => {
    const stem = each.length === 1 && each[0]?.length === 1 ? each[0][0] : undefined;
    return stem && stem.documents === 0 && isCorrectable(stem.stem) ? [{ index, stem: stem.stem }] : [];
  });
  if (missing.length === 0) return [];
  const found = await search.listSimilarStems(ctx.db, { locale, stems: missing.map(({ stem }) => stem) });
  return missing.flatMap(({ index, stem }) => {
    const row = found.find((each) => each.stem === stem);
    const to = row && !row.exists ? correctionsOf(stem, row.similar) : [];
    if (to.length === 0) return [];
    ways[index] = to.map((each) => [each]);
    return [{ from: words[index] ?? stem, to: to.map((each) => each.stem) }];
  });
}

/** Fewer matches than these that hold the whole query, and those that hold enough of it are added. */
const ENOUGH = 60;
/** Shares of a query that are enough where the whole of it finds few, the best first. */
const FEWER = [0.5, 0.3] as const;

export interface FoundMatches {
  matches: Matches;
  leastShare: number;
}

/**
 * Everything that matches, ranked. All words must be there; only where that leaves few matches, enough of them is
 * enough, by what they say. `leastShare` repeats the choice of a first page.
 */
export async function findMatches(
  ctx: Ctx,
  input: {
    wanted: Wanted;
    base: Omit<search.MatchQuery, 'required'>;
    boosts: ReadonlyMap<number, number>;
    leastShare: number | null;
  },
): Promise<FoundMatches> {
  const { wanted, base, boosts, leastShare } = input;
  const { units, unwanted, without } = wanted;
  const ranking = { units, unwanted, without, boosts, masked: false };
  const strict = [...units.map(({ ways }) => tsqueryOf(ways)), ...(wanted.required ? [wanted.required] : [])];
  const required = strict.length === 0 ? null : strict.join(' & ');
  if (leastShare === null || leastShare === 1 || units.length < 2) {
    const matches = readMatches(await search.listMatches(ctx.db, { ...base, required }), ranking);
    if (leastShare !== null || units.length < 2 || matches.count >= ENOUGH) return { matches, leastShare: 1 };
  }
  const whole = units.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const parts = units.map(({ ways, weight }) => ({ query: tsqueryOf(ways), share: weight / whole }));
  const shares = leastShare === null ? FEWER : [leastShare];
  for (const share of shares) {
    const loose = { ...base, required: wanted.required, units: parts, leastShare: share };
    const matches = readMatches(await search.listLooseMatches(ctx.db, loose), { ...ranking, masked: true });
    if (matches.count >= ENOUGH || share === shares.at(-1)) return { matches, leastShare: share };
  }
  throw new Error('There is always a last share.');
}
