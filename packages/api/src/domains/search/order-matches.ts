import type { Matches } from './matches.ts';

/** The orders that are decided by what is packed; `name` is decided by the database. */
export type PackedSort = 'relevance' | 'newest' | 'price' | '-price' | 'rating' | 'best-selling';

/** Where a page ended: the key of its last match and its document. */
export interface MatchKey {
  key: number;
  doc: number;
}

/** Products without a price or rating come last, whichever way the others go. */
const LAST_PRICE = Number.MAX_SAFE_INTEGER;

const KEYS: Record<PackedSort, (matches: Matches, i: number) => number> = {
  relevance: (matches, i) => -(matches.score[i] as number),
  newest: (matches, i) => -(matches.published[i] as number),
  price: (matches, i) => priceOr(matches, i, LAST_PRICE),
  '-price': (matches, i) => -priceOr(matches, i, -1),
  rating: (matches, i) => -(matches.rating[i] as number),
  'best-selling': (matches, i) => -(matches.sold[i] as number),
};

function priceOr(matches: Matches, i: number, missing: number): number {
  const price = matches.price[i] as number;
  return price < 0 ? missing : price;
}

/** Newer documents first, but for prices and relevance, where ties are in the order of documents. */
const ascendingDocs = (sort: PackedSort): boolean => sort === 'relevance' || sort === 'price';

/**
 * The matches of one page in order, at most `limit`, of those that `isFound` says, after `after`. Every match has one
 * place, so that pages have no gap and no repetition.
 */
export function pageOfMatches(
  matches: Matches,
  input: { sort: PackedSort; isFound: (i: number) => boolean; after: MatchKey | null; limit: number },
): { index: number; key: number }[] {
  const { sort, isFound, after, limit } = input;
  const keyOf = KEYS[sort];
  const direction = ascendingDocs(sort) ? 1 : -1;
  const before = (key: number, doc: number, other: MatchKey): boolean =>
    key < other.key || (key === other.key && (doc - other.doc) * direction < 0);
  // Best first; short enough that inserting is cheaper than sorting everything.
  const page: { index: number; key: number; doc: number }[] = [];
  for (let index = 0; index < matches.count; index += 1) {
    if (!isFound(index)) continue;
    const key = keyOf(matches, index);
    const doc = matches.doc[index] as number;
    if (after && !before(after.key, after.doc, { key, doc })) continue;
    const last = page[page.length - 1];
    if (page.length === limit && last && !before(key, doc, last)) continue;
    let place = page.length;
    while (place > 0 && before(key, doc, page[place - 1] as MatchKey)) place -= 1;
    page.splice(place, 0, { index, key, doc });
    if (page.length > limit) page.pop();
  }
  return page;
}
