import { Nothing } from '../../kit/nothing.ts';
import { customerProcedure, permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { listAdminReviews, listOwnReviews, listReviews } from './list-reviews.ts';
import { moderateReviews, replyToReview } from './moderate-reviews.ts';
import {
  AdminReview,
  AdminReviewList,
  AdminReviewListInput,
  EditReviewInput,
  ModeratedReviews,
  ModerateReviewsInput,
  OwnReview,
  OwnReviewList,
  OwnReviewListInput,
  ReplyInput,
  ReviewIdInput,
  ReviewList,
  ReviewListInput,
  WriteReviewInput,
} from './schema.ts';
import { deleteReview, editReview, writeReview } from './write-review.ts';

const tags: [string] = ['Reviews'];
const ownTags: [string] = ['My account'];
const adminTags: [string] = ['Admin: reviews'];

export const reviewRouter = router({
  list: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/products/{slug}/reviews', summary: 'Reviews of a product', tags },
      limit: 'read',
      shared: true,
    })
    .input(ReviewListInput)
    .output(ReviewList)
    .query(({ ctx, input }) => listReviews(ctx, input)),
  write: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/products/{slug}/reviews',
        summary: 'Review a product',
        tags,
        successStatus: 201,
      },
      idempotent: true,
      leavesCatalog: true,
    })
    .input(WriteReviewInput)
    .output(OwnReview)
    .mutation(({ ctx, input }) => writeReview(ctx, input)),
  mine: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me/reviews', summary: 'My reviews, newest first', tags: ownTags } })
    .input(OwnReviewListInput)
    .output(OwnReviewList)
    .query(({ ctx, input }) => listOwnReviews(ctx, input)),
  edit: customerProcedure
    .meta({
      rest: { method: 'PATCH', path: '/v1/me/reviews/{reviewId}', summary: 'Change a review of mine', tags: ownTags },
    })
    .input(EditReviewInput)
    .output(OwnReview)
    .mutation(({ ctx, input }) => editReview(ctx, input)),
  delete: customerProcedure
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/me/reviews/{reviewId}',
        summary: 'Delete a review of mine',
        tags: ownTags,
        successStatus: 204,
      },
    })
    .input(ReviewIdInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteReview(ctx, input)),

  adminList: permittedProcedure('reviews:moderate')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/reviews', summary: 'Reviews, the oldest first', tags: adminTags },
      limit: 'admin',
    })
    .input(AdminReviewListInput)
    .output(AdminReviewList)
    .query(({ ctx, input }) => listAdminReviews(ctx, input)),
  moderate: permittedProcedure('reviews:moderate')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/reviews/moderate',
        summary: 'Approve or reject reviews',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(ModerateReviewsInput)
    .output(ModeratedReviews)
    .mutation(({ ctx, input }) => moderateReviews(ctx, input)),
  reply: permittedProcedure('reviews:moderate')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/reviews/{reviewId}/reply',
        summary: 'Answer a review',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(ReplyInput)
    .output(AdminReview)
    .mutation(({ ctx, input }) => replyToReview(ctx, input)),
});
