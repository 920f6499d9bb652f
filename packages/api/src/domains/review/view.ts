import type { reviews } from '@cartwright/db';
import { instant } from '../../kit/clock.ts';
import { plainText } from './plain-text.ts';
import type { AdminReview, OwnReview, Review } from './schema.ts';

const plain = (text: string | null) => (text === null ? null : plainText(text));

/** A review as shoppers see it. */
export function publicView(row: reviews.PublicReview): Review {
  const { reply } = row;
  return {
    id: row.id,
    rating: row.rating,
    title: plain(row.title),
    text: plainText(row.text),
    displayName: plain(row.displayName),
    verifiedPurchase: row.verifiedPurchase,
    reply: reply && { text: plainText(reply.text), at: instant(reply.at) },
    createdAt: instant(row.createdAt),
  };
}

/** A review as whoever wrote it sees it. */
export function ownView(row: reviews.ReviewRow): OwnReview {
  const { reply, repliedAt } = row;
  return {
    id: row.id,
    product: { id: row.productId, slug: row.productSlug, title: row.productTitle },
    rating: row.rating,
    title: plain(row.title),
    text: plainText(row.body),
    displayName: plain(row.displayName),
    status: row.status,
    reason: plain(row.reason),
    verifiedPurchase: row.verifiedPurchase,
    reply: reply !== null && repliedAt !== null ? { text: plainText(reply), at: repliedAt } : null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A review as staff see it. */
export function adminView(row: reviews.ReviewRow): AdminReview {
  return { ...ownView(row), customerId: row.userId, moderatedAt: row.moderatedAt, version: row.version };
}
