import { z } from 'zod';
import { PageInput } from '../../kit/page.ts';
import { multilineText, text, uuid } from '../../kit/text.ts';
import { Rating } from '../catalog/index.ts';

const rating = z.int().min(1).max(5);
const title = text(200);
const body = multilineText(5000);
const displayName = text(60).describe('What others see of who wrote it');
const status = z.enum(['pending', 'approved', 'rejected']);
const slug = text(200);

export const ReviewListInput = z.strictObject({
  slug,
  sort: z.enum(['newest', 'highest', 'lowest']).default('newest'),
  ...PageInput,
});
export type ReviewListInput = z.infer<typeof ReviewListInput>;

export const Review = z
  .object({
    id: z.uuid(),
    rating: z.int(),
    title: z.string().nullable(),
    text: z.string().describe('Plain text: without markup, and to be shown as it is'),
    displayName: z.string().nullable().describe('Null of somebody whose account is gone'),
    verifiedPurchase: z.boolean().describe('They have an order of the product that is placed and not cancelled'),
    reply: z.object({ text: z.string(), at: z.date() }).nullable().describe('Of the shop'),
    createdAt: z.date(),
  })
  .meta({ id: 'Review' });
export type Review = z.infer<typeof Review>;

export const ReviewList = z
  .object({
    rating: Rating.nullable().describe('With what was imported; null of nothing'),
    stars: z
      .object({ 1: z.int(), 2: z.int(), 3: z.int(), 4: z.int(), 5: z.int() })
      .describe('Reviews here, by their stars'),
    items: z.array(Review),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'ReviewList' });
export type ReviewList = z.infer<typeof ReviewList>;

export const WriteReviewInput = z.strictObject({
  slug,
  rating,
  title: title.optional(),
  text: body.default(''),
  displayName,
});
export type WriteReviewInput = z.infer<typeof WriteReviewInput>;

export const EditReviewInput = z.strictObject({
  reviewId: uuid,
  rating: rating.optional(),
  title: title.nullable().optional(),
  text: body.optional(),
  displayName: displayName.optional(),
});
export type EditReviewInput = z.infer<typeof EditReviewInput>;

export const ReviewIdInput = z.strictObject({ reviewId: uuid });
export type ReviewIdInput = z.infer<typeof ReviewIdInput>;

export const OwnReview = z
  .object({
    id: z.uuid(),
    product: z.object({ id: z.uuid(), slug: z.string(), title: z.string() }),
    rating: z.int(),
    title: z.string().nullable(),
    text: z.string(),
    displayName: z.string().nullable(),
    status: status.describe('Others see approved ones only'),
    reason: z.string().nullable().describe('What the shop says of its decision'),
    verifiedPurchase: z.boolean(),
    reply: z.object({ text: z.string(), at: z.date() }).nullable(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'OwnReview' });
export type OwnReview = z.infer<typeof OwnReview>;

export const OwnReviewListInput = z.strictObject(PageInput);
export type OwnReviewListInput = z.infer<typeof OwnReviewListInput>;

export const OwnReviewList = z
  .object({ items: z.array(OwnReview), nextCursor: z.string().nullable() })
  .meta({ id: 'OwnReviewList' });
export type OwnReviewList = z.infer<typeof OwnReviewList>;

export const AdminReview = OwnReview.extend({
  customerId: z.uuid().nullable().describe('Null of somebody who was erased'),
  moderatedAt: z.date().nullable(),
  version: z.int(),
}).meta({ id: 'AdminReview' });
export type AdminReview = z.infer<typeof AdminReview>;

export const AdminReviewListInput = z.strictObject({
  status: status.optional(),
  product: slug.optional().describe('Slug'),
  ...PageInput,
});
export type AdminReviewListInput = z.infer<typeof AdminReviewListInput>;

export const AdminReviewList = z
  .object({ items: z.array(AdminReview), nextCursor: z.string().nullable() })
  .meta({ id: 'AdminReviewList' });
export type AdminReviewList = z.infer<typeof AdminReviewList>;

export const ModerateReviewsInput = z
  .strictObject({
    reviewIds: z.array(uuid).min(1).max(100),
    decision: z.enum(['approved', 'rejected']),
    reason: text(500).optional().describe('The customer reads it; needed to reject'),
  })
  .refine(({ decision, reason }) => decision === 'approved' || reason !== undefined, {
    path: ['reason'],
    message: 'Say why',
  });
export type ModerateReviewsInput = z.infer<typeof ModerateReviewsInput>;

export const ModeratedReviews = z.object({ items: z.array(AdminReview) }).meta({ id: 'ModeratedReviews' });
export type ModeratedReviews = z.infer<typeof ModeratedReviews>;

export const ReplyInput = z.strictObject({
  reviewId: uuid,
  text: multilineText(2000).min(1).nullable().describe('Null takes the answer away'),
});
export type ReplyInput = z.infer<typeof ReplyInput>;
