import { catalogProjections, reviews } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { decodeCursor, encodeCursor, pageErrors } from '../../kit/page.ts';
import { refuse as refuseCatalog } from '../catalog/index.ts';
import { ownUserId } from './own-user-id.ts';
import type {
  AdminReviewList,
  AdminReviewListInput,
  OwnReviewList,
  OwnReviewListInput,
  ReviewList,
  ReviewListInput,
} from './schema.ts';
import { adminView, ownView, publicView } from './view.ts';

const refusePage = errorsOf(pageErrors);

/** What shoppers see of the reviews of a product; one statement. Refuses with `product_not_found`, `cursor_invalid`. */
export async function listReviews(ctx: Ctx, input: ReviewListInput): Promise<ReviewList> {
  const { slug, sort, limit, cursor } = input;
  const scope = `reviews:${sort}`;
  const after = cursor === undefined ? null : decodeCursor(cursor, scope, ['number', 'uuid'] as const);
  if (after !== null && ![1, 2, 3, 4, 5].includes(after[0])) throw refusePage('cursor_invalid');
  const page = await reviews.listPublicReviews(ctx.db, {
    productSlug: slug,
    listedUnder: catalogProjections.WHOLE_STORE,
    sort,
    after,
    limit: limit + 1,
  });
  if (page.productId === null) throw refuseCatalog('product_not_found');
  ctx.readsFrom?.([`product:${page.productId}`]);
  const items = page.items.slice(0, limit).map(publicView);
  const last = items.at(-1);
  const more = page.items.length > limit && last !== undefined;
  const { rating, stars } = page;
  return { rating, stars, items, nextCursor: more ? encodeCursor(scope, [last.rating, last.id]) : null };
}

/** The caller's own, newest first. Throws `cursor_invalid`. */
export async function listOwnReviews(ctx: Ctx, { limit, cursor }: OwnReviewListInput): Promise<OwnReviewList> {
  const scope = 'own-reviews';
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, scope, ['uuid'] as const);
  const query = { userId: ownUserId(ctx), newestFirst: true, after, limit: limit + 1 };
  return pageOf(await reviews.listReviews(ctx.db, query), { scope, limit, view: ownView });
}

/** All of them, the oldest first: what waits longest for a decision comes first. Throws `cursor_invalid`. */
export async function listAdminReviews(ctx: Ctx, input: AdminReviewListInput): Promise<AdminReviewList> {
  const { status, product, limit, cursor } = input;
  const scope = 'admin-reviews';
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, scope, ['uuid'] as const);
  const query = { status, productSlug: product, newestFirst: false, after, limit: limit + 1 };
  return pageOf(await reviews.listReviews(ctx.db, query), { scope, limit, view: adminView });
}

function pageOf<View>(
  rows: reviews.ReviewRow[],
  { scope, limit, view }: { scope: string; limit: number; view: (row: reviews.ReviewRow) => View },
): { items: View[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(view), nextCursor: rows.length > limit && last ? encodeCursor(scope, [last.id]) : null };
}
