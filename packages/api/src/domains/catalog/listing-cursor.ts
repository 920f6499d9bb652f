import type { catalog } from '@cartwright/db';
import { z } from 'zod';
import { errorsOf } from '../../kit/domain-error.ts';
import { decodeCursor, pageErrors } from '../../kit/page.ts';

const refuse = errorsOf(pageErrors);
const Uuid = z.uuid();

// The last millisecond that PostgreSQL can hold as a timestamp, and our longest amount, are both below this.
const LARGEST = Number.MAX_SAFE_INTEGER;
const LATEST_MS = 9_000_000_000_000_000;

/** The keys of a list's cursor. What the database could not read is refused with `cursor_invalid`. */
export function decodeListingCursor(
  cursor: string,
  scope: string,
  sort: catalog.ListingSort | 'relevance' | 'manual',
): catalog.ListingKey {
  const [key, id] =
    sort === 'name'
      ? decodeCursor(cursor, scope, ['string', 'string'] as const)
      : decodeCursor(cursor, scope, ['number', 'string'] as const);
  if (!Uuid.safeParse(id).success || !isReadable(key, sort)) throw refuse('cursor_invalid');
  return [key, id];
}

function isReadable(key: string | number, sort: catalog.ListingSort | 'relevance' | 'manual'): boolean {
  if (typeof key === 'string') return !key.includes('\0') && key.isWellFormed();
  if (sort === 'relevance') return key >= 0 && key <= 1e30;
  return Number.isInteger(key) && key >= 0 && key <= (sort === 'newest' ? LATEST_MS : LARGEST);
}
