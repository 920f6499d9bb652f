/** What the rest of Cartwright may call of reviews. */
export { forgetReviewer, listReviewsOf } from './forget-reviewer.ts';
export { OwnReview } from './schema.ts';
