import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { PageInput } from '../../../kit/page.ts';
import { currencyCode, multilineText, text } from '../../../kit/text.ts';
import { locale } from '../categories/schema.ts';
import { ListedProduct } from '../schema.ts';

const slug = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens');

const texts = {
  name: text(200),
  description: multilineText(20_000),
  seoTitle: text(200),
  seoDescription: text(500),
};

const BrandTexts = z
  .strictObject({
    name: texts.name.nullable().optional(),
    description: texts.description.nullable().optional(),
    seoTitle: texts.seoTitle.nullable().optional(),
    seoDescription: texts.seoDescription.nullable().optional(),
  })
  .meta({ id: 'BrandTexts' });

const BrandImageInput = z.strictObject({ url: text(2000), alt: text(500).optional() });

const content = {
  description: texts.description.optional(),
  image: BrandImageInput.nullable().optional(),
  seoTitle: texts.seoTitle.nullable().optional(),
  seoDescription: texts.seoDescription.nullable().optional(),
  translations: z
    .record(localeCode, BrandTexts)
    .refine((all) => Object.keys(all).length <= 100, 'At most 100 locales')
    .optional()
    .describe('By locale of the store: changes the texts given; null removes one'),
};

export const CreateBrandInput = z.strictObject({
  name: texts.name,
  slug: slug.optional().describe('Made from the name unless given'),
  ...content,
});
export type CreateBrandInput = z.infer<typeof CreateBrandInput>;

export const BrandKeyInput = z.strictObject({ brand: text(200).describe('Slug or id') });
export type BrandKeyInput = z.infer<typeof BrandKeyInput>;

export const UpdateBrandInput = z.strictObject({
  ...BrandKeyInput.shape,
  version: z.int().min(1).optional().describe('Refused with version_conflict when the brand has another one'),
  name: texts.name.optional().describe('All its products have it with the answer'),
  slug: slug.optional(),
  ...content,
});
export type UpdateBrandInput = z.infer<typeof UpdateBrandInput>;

const BrandImage = z.object({ url: z.string(), alt: z.string() });

export const AdminBrand = z
  .object({
    id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    image: BrandImage.nullable(),
    seoTitle: z.string().nullable(),
    seoDescription: z.string().nullable(),
    translations: z.record(z.string(), z.record(z.string(), z.string())),
    productCount: z.int().describe('Drafts too'),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'AdminBrand' });
export type AdminBrand = z.infer<typeof AdminBrand>;

export const AdminBrandListInput = z.strictObject({
  q: text(200).optional().describe('How the name begins'),
  ...PageInput,
});
export type AdminBrandListInput = z.infer<typeof AdminBrandListInput>;

export const AdminBrandList = z.object({ items: z.array(AdminBrand), nextCursor: z.string().nullable() });
export type AdminBrandList = z.infer<typeof AdminBrandList>;

export const Brand = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    image: BrandImage.nullable(),
    seo: z.object({ title: z.string(), description: z.string().nullable() }),
  })
  .meta({ id: 'Brand' });
export type Brand = z.infer<typeof Brand>;

export const BrandListInput = z.strictObject({ locale, ...PageInput });
export type BrandListInput = z.infer<typeof BrandListInput>;

export const BrandList = z.object({ items: z.array(Brand), nextCursor: z.string().nullable() });
export type BrandList = z.infer<typeof BrandList>;

export const BrandPageInput = z.strictObject({
  slug: text(200),
  locale,
  currency: currencyCode.default('EUR'),
  limit: z.int().min(1).max(100).default(24).describe('Products'),
});
export type BrandPageInput = z.infer<typeof BrandPageInput>;

export const BrandPage = z
  .object({
    ...Brand.shape,
    products: z
      .object({ items: z.array(ListedProduct), nextCursor: z.string().nullable() })
      .describe('The newest; the cursor goes on in the list of products of the brand'),
  })
  .meta({ id: 'BrandPage' });
export type BrandPage = z.infer<typeof BrandPage>;
