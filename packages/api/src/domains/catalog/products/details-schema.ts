import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { multilineText, text } from '../../../kit/text.ts';
import { attributeValue } from '../schema.ts';

const MAX_TAG = 60;

/** Years that PostgreSQL and JSON write alike. */
const instant = z.date().refine((date) => date.getUTCFullYear() >= 2000 && date.getUTCFullYear() < 9000, {
  message: 'Between the years 2000 and 9000',
});

export const ProductKind = z.enum(['physical', 'digital', 'bundle']);

const tag = text(MAX_TAG)
  // Some letters become two in lower case.
  .refine((value) => [...value.trim().toLowerCase()].length <= MAX_TAG, `At most ${MAX_TAG} characters`)
  .refine((value) => value.trim() !== '', 'Not only spaces');

const seoTitle = text(200);
const seoDescription = text(500);

/** Changes to the texts of a product in one locale. */
export const ProductTexts = z
  .strictObject({
    title: text(500).nullable().optional(),
    description: multilineText(100_000).nullable().optional(),
    seoTitle: seoTitle.nullable().optional(),
    seoDescription: seoDescription.nullable().optional(),
    attributes: z
      .record(text(200), text(10_000).nullable())
      .refine((all) => Object.keys(all).length <= 500, 'At most 500')
      .optional()
      .describe('By attribute code: what its value is called'),
  })
  .meta({ id: 'ProductTexts' });
export type ProductTexts = z.infer<typeof ProductTexts>;

/** What creating and changing a product have in common beyond its basic fields. */
export const detailFields = {
  seoTitle: seoTitle.nullable().optional(),
  seoDescription: seoDescription.nullable().optional(),
  tags: z.array(tag).max(100).optional().describe('Kept in lower case, each once'),
  publishAt: instant.nullable().optional().describe('Shoppers see it from then on, when it is active; null: at once'),
  unpublishAt: instant.nullable().optional().describe('And until before then; null: for good'),
  translations: z
    .record(localeCode, ProductTexts)
    .refine((all) => Object.keys(all).length <= 100, 'At most 100 locales')
    .optional()
    .describe('By locale of the store: changes the texts given; null removes one'),
};

const measure = (max: number) => z.int().min(0).max(max).nullable().optional();

export const Component = z
  .strictObject({ variantId: z.uuid().toLowerCase(), quantity: z.int().min(1).max(10_000) })
  .meta({ id: 'ComponentOfBundle' });

/** What new and changed variants have in common beyond SKU, options and prices. */
export const variantDetailFields = {
  weightGrams: measure(100_000_000),
  lengthMm: measure(10_000_000),
  widthMm: measure(10_000_000),
  heightMm: measure(10_000_000),
  attributes: z
    .record(text(200), attributeValue)
    .optional()
    .describe('What it says differently from its product, by attribute code; replaces all'),
  trackStock: z
    .boolean()
    .optional()
    .describe('False: it never runs out. True unless given, but for new variants of digital products'),
  components: z
    .array(Component)
    .max(50)
    .optional()
    .describe('Of a bundle: what one unit is made of; replaces all. No bundle is made of bundles'),
};

/** What a shopper reads of the details of a product as staff see it. */
export const adminDetailFields = {
  kind: ProductKind,
  seoTitle: z.string().nullable(),
  seoDescription: z.string().nullable(),
  tags: z.array(z.string()),
  publishAt: z.date().nullable(),
  unpublishAt: z.date().nullable(),
  translations: z.record(
    z.string(),
    z.object({
      title: z.string().optional(),
      description: z.string().optional(),
      seoTitle: z.string().optional(),
      seoDescription: z.string().optional(),
      attributes: z.record(z.string(), z.string()).optional(),
    }),
  ),
  formerSlugs: z.array(z.string()).describe('They lead to it, until another product takes them'),
};

export const measureFields = {
  weightGrams: z.int().nullable(),
  lengthMm: z.int().nullable(),
  widthMm: z.int().nullable(),
  heightMm: z.int().nullable(),
};
