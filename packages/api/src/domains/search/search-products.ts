import { search } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { pageErrors } from '../../kit/page.ts';
import { refuse as refuseCatalog } from '../catalog/index.ts';
import { countPrices, countRatings, countStock, countValues, type Filters, failedFilters } from './count-facets.ts';
import { decodePosition, encodePosition, type SearchPosition } from './cursor.ts';
import { refuse } from './errors.ts';
import { facetNumbers, facetsOf, idsToName } from './facets.ts';
import { type FoundMatches, findMatches, wantedOf } from './find-matches.ts';
import { type Matches, readMatches } from './matches.ts';
import { pageOfMatches } from './order-matches.ts';
import { type ParsedFilters, parseFilters } from './parse-filters.ts';
import { noteQuery } from './query-log.ts';
import { type QueryUnit, tsqueryOf } from './query-units.ts';
import { readQuery, spellingsOf } from './read-query.ts';
import type { SearchInput, SearchResult, SearchSort } from './schema.ts';

const refusePage = errorsOf(pageErrors);

/** What a pinned product scores: more than anything that words can. */
const PINNED = 1e9;

/**
 * Products that match words, category and filters, with the facets by which to go on. Three statements; one or
 * two more where few products hold all words, and one where no product has a word.
 * Refuses with `currency_unknown`, `category_unknown`, `filter_unknown`, `filter_invalid`, `cursor_invalid`.
 */
export async function searchProducts(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  const { currency, limit } = input;
  const locale = input.locale ?? '';
  const query = readQuery(input.q, locale || 'en');
  const asked = (input.q ?? '').trim() !== '';
  const sort = input.sort === 'relevance' && query.text === null ? 'newest' : input.sort;
  const position = input.cursor === undefined ? null : decodePosition(input.cursor, sort);
  const parsed = parseFilters(input.filter ?? {});
  const plan = planOf(query.groups.flat());
  const scope = await search.findSearchScope(ctx.db, {
    locale,
    categorySlug: input.category ?? null,
    currency,
    filters: parsed.values,
    words: [
      ...query.groups.flat(),
      ...plan.spellings.map(({ word }) => word),
      query.without ?? '',
      ...query.unwanted,
      ...query.excluded,
    ],
    phrases: query.phrases,
    text: query.text,
  });
  const filters = filtersOf(scope, { input, parsed });
  const wanted = await wantedOf(ctx, { query, plan, scope });
  if (position) takeWeights(wanted.units, position);
  const rules = sort === 'relevance' && query.text !== null ? scope.rules : [];
  const pinned = [...new Set(rules.flatMap((rule) => rule.pinned))];
  const base = {
    locale: scope.locale,
    currency,
    currencyNumber: scope.currencyNumber,
    categoryId: scope.category?.id ?? null,
    pinned,
  };
  const findsNothing = asked && wanted.units.length === 0 && wanted.required === null;
  const found = findsNothing
    ? NOTHING
    : await findMatches(ctx, { wanted, base, boosts: boostsOf(rules), leastShare: position?.leastShare ?? null });
  const { matches, leastShare } = found;
  const failed = failedFilters(matches, filters);
  leaveOut(matches, failed, new Set(rules.flatMap((rule) => rule.hidden)));
  putFirst(matches, pinned);

  const page = await pageOf(ctx, { matches, failed, sort, position, limit, currency });
  const counted = countValues(matches, failed, { filters, numbers: facetNumbers });
  const shown = idsToName(counted, { filters, scope });
  const named = await search.findSearchPage(ctx.db, {
    locale: scope.locale,
    currency,
    docs: page.docs,
    facetIds: shown.facetIds,
    attributes: shown.attributes,
    highlight: input.highlight && wanted.units.length > 0 ? anyOf(wanted.units) : null,
  });
  let total = 0;
  for (const bits of failed) if (bits === 0) total += 1;
  if (query.text !== null && position === null) noteQuery(ctx, { locale: scope.locale, query: query.text, total });
  ctx.readsFrom?.(['search', ...named.items.map(({ id }) => `product:${id}`)]);
  return {
    items: named.items,
    total,
    categoryPath: scope.category?.path ?? [],
    facets: facetsOf({
      shown,
      named,
      filters,
      parsed,
      currency,
      prices: countPrices(matches, failed, filters),
      ratings: countRatings(matches, failed, filters),
      stock: countStock(matches, failed, filters),
    }),
    corrected: wanted.corrected,
    highlights: named.highlights,
    nextCursor:
      page.next === null
        ? null
        : encodePosition(sort, { ...page.next, weights: wanted.units.map(({ weight }) => weight), leastShare }),
  };
}

const NOTHING: FoundMatches = {
  matches: readMatches(new Uint8Array(), { units: [], unwanted: [], without: null, boosts: new Map(), masked: false }),
  leastShare: 1,
};

function planOf(words: readonly string[]) {
  return { words: [...words], spellings: spellingsOf(words) };
}

function filtersOf(
  scope: search.SearchScope,
  { input, parsed }: { input: SearchInput; parsed: ParsedFilters },
): Filters {
  const { currency, category } = input;
  if (!scope.currencyKnown) throw refuseCatalog('currency_unknown', { details: { currency } });
  if (category !== undefined && scope.category === null) {
    throw refuseCatalog('category_unknown', { details: { category } });
  }
  const values = parsed.values.map(({ code }, index) => {
    const resolved = scope.filters[index];
    if (!resolved?.known) throw refuse('filter_unknown', { details: { filter: code } });
    return { attribute: resolved.attribute, facetIds: new Set(resolved.facetIds) };
  });
  return {
    values,
    // A category that no product has ever been in has no number, and nothing is in it.
    category: scope.category === null ? null : (scope.category.facetId ?? NO_FACET),
    price: parsed.price,
    leastRating: parsed.leastRating === null ? null : parsed.leastRating * 1000,
    inStock: parsed.inStock,
  };
}

const NO_FACET = 0;

/** Pages after the first rank by what words weighed then. */
function takeWeights(units: { weight: number }[], { weights }: SearchPosition): void {
  if (weights.length !== units.length) throw refusePage('cursor_invalid');
  units.forEach((unit, index) => {
    unit.weight = weights[index] ?? 0;
  });
}

function boostsOf(rules: readonly search.SearchRule[]): Map<number, number> {
  const boosts = new Map<number, number>();
  for (const { facetIds, factor } of rules.flatMap((rule) => rule.boosts)) {
    for (const id of facetIds) boosts.set(id, (boosts.get(id) ?? 1) * factor);
  }
  return boosts;
}

/** Marks what a merchant hides, which no facet counts either. */
function leaveOut(matches: Matches, failed: Int32Array, hidden: ReadonlySet<number>): void {
  if (hidden.size === 0) return;
  for (let i = 0; i < matches.count; i += 1) if (hidden.has(matches.doc[i] as number)) failed[i] = LEFT_OUT;
}

/** Two bits, so that it is neither found nor one filter away from it. */
const LEFT_OUT = 3 << 29;

function putFirst(matches: Matches, pinned: readonly number[]): void {
  if (pinned.length === 0) return;
  for (let i = 0; i < matches.count; i += 1) {
    const place = pinned.indexOf(matches.doc[i] as number);
    if (place !== -1) matches.score[i] = PINNED - place;
  }
}

interface Page {
  docs: number[];
  next: Pick<SearchPosition, 'after' | 'title'> | null;
}

interface PageQuery {
  matches: Matches;
  failed: Int32Array;
  sort: SearchSort;
  position: SearchPosition | null;
  limit: number;
  currency: string;
}

async function pageOf(ctx: Ctx, query: PageQuery): Promise<Page> {
  const { matches, failed, sort, position, limit, currency } = query;
  const isFound = (i: number): boolean => failed[i] === 0;
  if (sort === 'name') {
    const docs = [...matches.doc].filter((_, i) => isFound(i));
    const after = position && { title: position.title, doc: position.after.doc };
    const rows = docs.length === 0 ? [] : await search.listByTitle(ctx.db, { docs, currency, limit: limit + 1, after });
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      docs: rows.slice(0, limit).map(({ doc }) => doc),
      next: last ? { after: { key: 0, doc: last.doc }, title: last.title } : null,
    };
  }
  const rows = pageOfMatches(matches, { sort, isFound, after: position?.after ?? null, limit: limit + 1 });
  const docOf = (index: number): number => matches.doc[index] as number;
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    docs: rows.slice(0, limit).map(({ index }) => docOf(index)),
    next: last ? { after: { key: last.key, doc: docOf(last.index) }, title: '' } : null,
  };
}

/** Whatever of the query is there is marked. */
function anyOf(units: readonly QueryUnit[]): string {
  return units.map(({ ways }) => tsqueryOf(ways)).join(' | ');
}
