import { reviews } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { inputIssue } from '../../trpc/errors.ts';
import { relistProducts } from '../catalog/index.ts';
import { refuse } from './errors.ts';
import { plainText } from './plain-text.ts';
import type { AdminReview, ModeratedReviews, ModerateReviewsInput, ReplyInput } from './schema.ts';
import { adminView } from './view.ts';

/**
 * Approves or rejects reviews: all of them, or none where one is not there (`review_not_found`, details: reviewId), or
 * where the reason to reject has no text beside markup (`invalid_input`).
 * Ratings of products, lists and collections change with it.
 */
export function moderateReviews(ctx: Ctx, input: ModerateReviewsInput): Promise<ModeratedReviews> {
  const { decision: status } = input;
  const ids = [...new Set(input.reviewIds)];
  const reason = input.reason === undefined ? null : plainText(input.reason).trim() || null;
  // What was only markup says nothing.
  if (status === 'rejected' && reason === null) throw inputIssue('/reason', 'Say why');
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const before = await lockAll(txCtx, ids);
    await relistProducts(txCtx, await reviews.saveDecision(tx, { ids, status, reason, at: now }));
    for (const { id, status: was } of before) {
      const detail = { was, ...(reason !== null && { reason }) };
      await audit(txCtx, { action: `review.${status}`, target: `review:${id}`, detail });
    }
    const rows = await reviews.listReviewsById(tx, { ids });
    return { items: rows.map(adminView) };
  });
}

/** Answers a review for all to read, or takes the answer away. Throws `review_not_found`. */
export function replyToReview(ctx: Ctx, { reviewId: id, text }: ReplyInput): Promise<AdminReview> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    await lockAll(txCtx, [id]);
    const reply = text === null ? null : plainText(text).trim() || null;
    await reviews.saveReply(tx, { id, reply, at: now });
    const action = reply === null ? 'review.reply_removed' : 'review.replied';
    await audit(txCtx, { action, target: `review:${id}`, detail: { ...(reply !== null && { reply }) } });
    const [row] = await lockAll(txCtx, [id]);
    if (row === undefined) throw refuse('review_not_found');
    return adminView(row);
  });
}

async function lockAll({ tx }: TxCtx, ids: readonly string[]): Promise<reviews.ReviewRow[]> {
  await reviews.lockReviews(tx, { ids });
  const rows = await reviews.listReviewsById(tx, { ids });
  const found = new Set(rows.map(({ id }) => id));
  const missing = ids.find((id) => !found.has(id));
  if (missing !== undefined) throw refuse('review_not_found', { details: { reviewId: missing } });
  return rows;
}
