import { errorsOf } from '../../kit/domain-error.ts';
import { decodeCursor, encodeCursor, pageErrors } from '../../kit/page.ts';
import type { MatchKey } from './order-matches.ts';
import type { SearchSort } from './schema.ts';

const refuse = errorsOf(pageErrors);

/** Where a search goes on. */
export interface SearchPosition {
  after: MatchKey;
  /** The title of the last product, in the order of names. */
  title: string;
  /** What the words of the query weighed on the first page: the pages after it rank by the same, whatever is added. */
  weights: number[];
  /** The least share of the query that the first page asked for. */
  leastShare: number;
}

const scopeOf = (sort: SearchSort): string => `search:${sort}`;
const MAX_DOC = 2 ** 31;

export function encodePosition(sort: SearchSort, position: SearchPosition): string {
  const { after, title, weights, leastShare } = position;
  return encodeCursor(scopeOf(sort), [after.key, after.doc, title, weights.join(' '), leastShare]);
}

/** Reads what {@link encodePosition} wrote. Refuses with `cursor_invalid`. */
export function decodePosition(cursor: string, sort: SearchSort): SearchPosition {
  const types = ['number', 'number', 'string', 'string', 'number'] as const;
  const [key, doc, title, texts, leastShare] = decodeCursor(cursor, scopeOf(sort), types);
  const weights = texts === '' ? [] : texts.split(' ').map(Number);
  const isFine =
    Number.isInteger(doc) &&
    doc >= 0 &&
    doc < MAX_DOC &&
    title.isWellFormed() &&
    title.length <= 200 &&
    weights.every((weight) => weight >= 0 && weight < 100) &&
    leastShare >= 0 &&
    leastShare <= 1;
  if (!isFine) throw refuse('cursor_invalid');
  return { after: { key, doc }, title, weights, leastShare };
}
