import { catalogProjections, reviews, violatedConstraint } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { inputIssue } from '../../trpc/errors.ts';
import { refuse as refuseCatalog, relistProducts } from '../catalog/index.ts';
import { refuse } from './errors.ts';
import { ownUserId } from './own-user-id.ts';
import { plainText } from './plain-text.ts';
import type { EditReviewInput, OwnReview, ReviewIdInput, WriteReviewInput } from './schema.ts';
import { ownView } from './view.ts';

/**
 * Reviews a product that the caller sees; others see it when staff approve it.
 * Refuses with `product_not_found`, `review_exists`, and `invalid_input` for texts that are nothing but markup.
 */
export async function writeReview(ctx: Ctx, input: WriteReviewInput): Promise<OwnReview> {
  const userId = ownUserId(ctx);
  try {
    return await inTransaction(ctx, async (txCtx) => {
      const { tx, now, ids } = txCtx;
      const listedUnder = catalogProjections.WHOLE_STORE;
      const productId = await reviews.findReviewable(tx, { productSlug: input.slug, listedUnder });
      if (productId === undefined) throw refuseCatalog('product_not_found');
      const id = ids.uuid(now);
      const texts = {
        title: input.title === undefined ? null : lineOf('title', input.title),
        body: plainText(input.text),
        displayName: lineOf('displayName', input.displayName),
      };
      await reviews.insertReview(tx, { id, productId, userId, rating: input.rating, ...texts, createdAt: now });
      return findOwn(txCtx, { id, userId });
    });
  } catch (error) {
    throw violatedConstraint(error) === 'reviews_one_per_customer' ? refuse('review_exists', { cause: error }) : error;
  }
}

/** Changes the caller's own review, which waits for a decision again. Throws `review_not_found`. */
export function editReview(ctx: Ctx, input: EditReviewInput): Promise<OwnReview> {
  const userId = ownUserId(ctx);
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const before = await lockOwn(txCtx, { id: input.reviewId, userId });
    const { title, displayName } = input;
    const changed = await reviews.saveReviewText(tx, {
      id: before.id,
      rating: input.rating ?? before.rating,
      title: title == null ? (title === null ? null : before.title) : lineOf('title', title),
      body: input.text === undefined ? before.body : plainText(input.text),
      displayName: displayName === undefined ? before.displayName : lineOf('displayName', displayName),
      at: now,
    });
    await relistProducts(txCtx, changed);
    return findOwn(txCtx, { id: before.id, userId });
  });
}

/** Deletes the caller's own review. Throws `review_not_found`. */
export function deleteReview(ctx: Ctx, { reviewId }: ReviewIdInput): Promise<void> {
  const userId = ownUserId(ctx);
  return inTransaction(ctx, async (txCtx) => {
    const { id } = await lockOwn(txCtx, { id: reviewId, userId });
    await relistProducts(txCtx, await reviews.deleteReviews(txCtx.tx, { ids: [id] }));
  });
}

/** One line without markup, of which something is left. */
function lineOf(field: string, text: string): string {
  const line = plainText(text);
  if (line.trim() === '') throw inputIssue(`/${field}`, 'Nothing is left without the markup');
  return line;
}

async function lockOwn(ctx: TxCtx, own: { id: string; userId: string }): Promise<reviews.ReviewRow> {
  await reviews.lockReviews(ctx.tx, { ids: [own.id] });
  const [row] = await reviews.listReviewsById(ctx.tx, { ids: [own.id] });
  if (row === undefined || row.userId !== own.userId) throw refuse('review_not_found');
  return row;
}

async function findOwn(ctx: TxCtx, own: { id: string; userId: string }): Promise<OwnReview> {
  const [row] = await reviews.listReviewsById(ctx.tx, { ids: [own.id] });
  if (row === undefined || row.userId !== own.userId) throw refuse('review_not_found');
  return ownView(row);
}
