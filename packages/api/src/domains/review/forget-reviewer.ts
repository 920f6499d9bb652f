import { type Reader, reviews } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import type { OwnReview } from './schema.ts';
import { ownView } from './view.ts';

/** Far more than anybody writes; an export has an end all the same. */
const MAX_REVIEWS = 10_000;

/**
 * Takes the person out of the reviews that others see, and deletes those that they do not. Stars stay, and whether it was
 * bought.
 */
export function forgetReviewer({ tx, now }: TxCtx, { userId }: { userId: string }): Promise<void> {
  return reviews.saveReviewsWithoutPerson(tx, { userId, at: now });
}

/** All that a person has written, as they see it. */
export async function listReviewsOf(reader: Reader, { userId }: { userId: string }): Promise<OwnReview[]> {
  const rows = await reviews.listReviews(reader, { userId, newestFirst: false, after: null, limit: MAX_REVIEWS });
  return rows.map(ownView);
}
