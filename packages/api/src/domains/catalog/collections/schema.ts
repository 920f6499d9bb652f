import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { PageInput } from '../../../kit/page.ts';
import { multilineText, text } from '../../../kit/text.ts';
import { locale } from '../categories/schema.ts';
import { CollectionRules } from './rules.ts';

const slug = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens');
const key = text(200).describe('Slug or id');
const version = z.int().min(1).optional().describe('Refused with version_conflict when the collection has another one');
const products = (max: number) => z.array(text(200)).min(1).max(max).describe('Slugs or ids');
const status = z.enum(['draft', 'active', 'archived']);
const sort = z.enum(['manual', 'newest', 'price', '-price', 'name', 'rating', 'best-selling']);

const texts = {
  title: text(200),
  description: multilineText(20_000),
  seoTitle: text(200),
  seoDescription: text(500),
};

const CollectionTexts = z
  .strictObject({
    title: texts.title.optional(),
    description: texts.description.optional(),
    seoTitle: texts.seoTitle.optional(),
    seoDescription: texts.seoDescription.optional(),
  })
  .meta({ id: 'CollectionTexts' });

const translations = z
  .record(localeCode, CollectionTexts)
  .refine((all) => Object.keys(all).length <= 100, 'At most 100 locales');

export const Collection = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    seoTitle: z.string().nullable(),
    seoDescription: z.string().nullable(),
    sort: sort.describe('In which order its products are to be shown, unless the shopper chooses'),
  })
  .meta({ id: 'Collection' });
export type Collection = z.infer<typeof Collection>;

export const CollectionListInput = z.strictObject({ locale, ...PageInput });
export type CollectionListInput = z.infer<typeof CollectionListInput>;

export const CollectionList = z
  .object({ items: z.array(Collection), nextCursor: z.string().nullable() })
  .meta({ id: 'CollectionList' });
export type CollectionList = z.infer<typeof CollectionList>;

export const CollectionInput = z.strictObject({ slug: text(200), locale });
export type CollectionInput = z.infer<typeof CollectionInput>;

export const CreateCollectionInput = z.strictObject({
  title: texts.title,
  slug: slug.optional().describe('Made from the title unless given'),
  description: texts.description.optional(),
  seoTitle: texts.seoTitle.nullable().optional(),
  seoDescription: texts.seoDescription.nullable().optional(),
  translations: translations.optional().describe('By locale'),
  status: status.default('draft'),
  sort: sort.optional().describe('manual for one without rules, else newest, unless given'),
  position: z.int().min(0).max(1_000_000).default(0),
  rules: CollectionRules.optional().describe('Without them the products are chosen by hand'),
});
export type CreateCollectionInput = z.infer<typeof CreateCollectionInput>;

export const UpdateCollectionInput = z.strictObject({
  collection: key,
  version,
  title: texts.title.optional(),
  slug: slug.optional(),
  description: texts.description.optional(),
  seoTitle: texts.seoTitle.nullable().optional(),
  seoDescription: texts.seoDescription.nullable().optional(),
  translations: translations.optional().describe('Replaces all of them'),
  status: status.optional(),
  sort: sort.optional(),
  position: z.int().min(0).max(1_000_000).optional(),
  rules: CollectionRules.optional().describe(
    'Shoppers see what the old ones chose until these have gone over the catalog',
  ),
});
export type UpdateCollectionInput = z.infer<typeof UpdateCollectionInput>;

export const CollectionKeyInput = z.strictObject({ collection: key });
export type CollectionKeyInput = z.infer<typeof CollectionKeyInput>;

export const AdminCollectionListInput = z.strictObject({ status: status.optional(), ...PageInput });
export type AdminCollectionListInput = z.infer<typeof AdminCollectionListInput>;

export const AdminCollection = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    seoTitle: z.string().nullable(),
    seoDescription: z.string().nullable(),
    translations: z.record(z.string(), CollectionTexts),
    kind: z.enum(['manual', 'rules']),
    status,
    sort,
    position: z.int(),
    rules: CollectionRules.nullable().describe(
      'Categories and brands by id; null when the products are chosen by hand',
    ),
    building: z.boolean().describe('The rules are going over the catalog; until then the old ones count'),
    productCount: z.int().describe('Those in it now, also such as no shopper can see'),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'AdminCollection' });
export type AdminCollection = z.infer<typeof AdminCollection>;

export const AdminCollectionList = z
  .object({ items: z.array(AdminCollection), nextCursor: z.string().nullable() })
  .meta({ id: 'AdminCollectionList' });
export type AdminCollectionList = z.infer<typeof AdminCollectionList>;

export const CollectionProductsInput = z.strictObject({ collection: key, ...PageInput });
export type CollectionProductsInput = z.infer<typeof CollectionProductsInput>;

export const CollectionProductList = z
  .object({
    items: z.array(
      z.object({
        id: z.uuid(),
        slug: z.string(),
        title: z.string(),
        status,
        position: z.int().describe('0 for all where rules choose'),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'CollectionProductList' });
export type CollectionProductList = z.infer<typeof CollectionProductList>;

export const AddToCollectionInput = z.strictObject({
  collection: key,
  version,
  products: products(250),
  position: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Place of the first of them, 0 is the first; the last unless given'),
});
export type AddToCollectionInput = z.infer<typeof AddToCollectionInput>;

export const RemoveFromCollectionInput = z.strictObject({ collection: key, version, products: products(250) });
export type RemoveFromCollectionInput = z.infer<typeof RemoveFromCollectionInput>;

export const ReorderCollectionInput = z.strictObject({
  collection: key,
  version,
  products: products(1000).describe('Slugs or ids; these come first, in this order, and the others keep theirs'),
});
export type ReorderCollectionInput = z.infer<typeof ReorderCollectionInput>;

export const PreviewRulesInput = z.strictObject({ rules: CollectionRules });
export type PreviewRulesInput = z.infer<typeof PreviewRulesInput>;

export const RulesPreview = z
  .object({
    count: z.int(),
    items: z
      .array(z.object({ id: z.uuid(), slug: z.string(), title: z.string() }))
      .describe('The twenty that were published last'),
  })
  .meta({ id: 'RulesPreview' });
export type RulesPreview = z.infer<typeof RulesPreview>;
