import { z } from 'zod';
import { Money } from '../../kit/money.ts';
import { currencyCode, multilineText, text, uuid } from '../../kit/text.ts';
import { MAX_ON_HAND } from '../inventory/index.ts';
import { BundleComponent } from './products/bundle-component.ts';
import {
  adminDetailFields,
  detailFields,
  measureFields,
  ProductKind,
  variantDetailFields,
} from './products/details-schema.ts';
import { attributeValue, CategoryRef, Image, ProductOption } from './schema.ts';

const slug = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens');
const status = z.enum(['draft', 'active', 'archived']);
const categoryKeys = z.array(text(200)).max(20).describe('Slugs or ids');
const attributeCode = text(200);
const newImage = z
  .strictObject({
    url: text(2000).optional().describe('Of a picture that is anywhere'),
    mediaId: uuid.optional().describe('Of an uploaded picture, which has its own url'),
    alt: text(500).optional().describe("What the picture says of itself, or the product's title, unless given"),
  })
  .refine(({ url, mediaId }) => url !== undefined || mediaId !== undefined, 'Either url or mediaId');
const images = z.array(newImage).max(50);
const optionValues = z
  .record(text(200), text(200))
  .refine((options) => Object.keys(options).length <= 10, 'At most 10');
export const productOptions = z
  .array(z.strictObject({ name: text(200), values: z.array(text(200)).min(1).max(200) }))
  .max(10);

/** Ten billion in a currency with cents: whatever is dearer is a mistake. */
const MAX_PRICE_MINOR = 1_000_000_000_000;

export const Price = z
  .strictObject({ amount: z.int().min(0).max(MAX_PRICE_MINOR).describe('Integer minor units'), currency: currencyCode })
  .meta({ id: 'Price' });

const prices = z.array(Price).max(50).describe('At most one a currency');

export const NewVariant = z
  .strictObject({
    sku: text(200),
    barcode: text(50).optional(),
    options: optionValues.optional(),
    prices: prices.optional(),
    images: images.optional(),
    stock: z.int().min(0).max(MAX_ON_HAND).optional().describe('Units at the most preferred location'),
    ...variantDetailFields,
  })
  .meta({ id: 'NewVariant' });
export type NewVariant = z.infer<typeof NewVariant>;

export const CreateProductInput = z.strictObject({
  kind: ProductKind.optional().describe('Physical unless given'),
  title: text(500),
  slug: slug.optional().describe('Made from the title unless given'),
  description: multilineText(100_000).optional(),
  brand: text(200).nullable().optional(),
  status: status.default('draft'),
  showUnpriced: z.boolean().optional().describe('Shown to shoppers although it has no price; it cannot be bought'),
  taxClass: text(50).optional().describe('That of the first of its categories that has one, unless given'),
  categories: categoryKeys.optional(),
  attributes: z.record(attributeCode, attributeValue).optional().describe('By attribute code'),
  options: productOptions.optional().describe('Taken from the variants unless given'),
  images: images.optional(),
  variants: z.array(NewVariant).min(1).max(500),
  ...detailFields,
});
export type CreateProductInput = z.infer<typeof CreateProductInput>;

export const VariantChange = z
  .strictObject({
    id: z.uuid().optional().describe('Of a variant to change; without it a new one is added'),
    sku: text(200).optional(),
    barcode: text(50).nullable().optional(),
    options: optionValues.optional(),
    prices: prices.optional().describe('Replaces all prices of the variant'),
    images: images.optional(),
    status: z.enum(['active', 'archived']).optional(),
    stock: z.int().min(0).max(MAX_ON_HAND).optional().describe('Of a new variant only'),
    ...variantDetailFields,
  })
  .meta({ id: 'VariantChange' });
export type VariantChange = z.infer<typeof VariantChange>;

export const UpdateProductInput = z.strictObject({
  productId: z.uuid(),
  kind: ProductKind.optional().describe('A bundle stays one, and nothing else becomes one'),
  version: z.int().min(1).optional().describe('Refused with version_conflict when the product has another one'),
  title: text(500).optional(),
  slug: slug.optional(),
  description: multilineText(100_000).optional(),
  brand: text(200).nullable().optional(),
  status: status.optional(),
  showUnpriced: z.boolean().optional(),
  taxClass: text(50).optional(),
  categories: categoryKeys.optional(),
  attributes: z
    .record(attributeCode, attributeValue.nullable())
    .optional()
    .describe('Changes those given; null removes one'),
  options: productOptions.optional(),
  images: images.optional(),
  variants: z.array(VariantChange).max(500).optional().describe('Those not named stay as they are'),
  ...detailFields,
});
export type UpdateProductInput = z.infer<typeof UpdateProductInput>;

export const AdminProductInput = z.strictObject({ productId: z.uuid() });

export const AdminVariant = z
  .object({
    id: z.uuid(),
    sku: z.string(),
    barcode: z.string().nullable(),
    options: z.record(z.string(), z.string()),
    status: z.enum(['active', 'archived']),
    prices: z.array(Money),
    images: z.array(Image),
    ...measureFields,
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    trackStock: z.boolean(),
    components: z.array(BundleComponent).describe('Of a bundle: what one unit is made of'),
    available: z.int().describe('Units that can be sold; 1000000 when its stock is not tracked'),
    stock: z.array(
      z.object({
        locationId: z.uuid(),
        location: z.string(),
        onHand: z.int(),
        reserved: z.int(),
        available: z.int(),
      }),
    ),
  })
  .meta({ id: 'AdminVariant' });

export const AdminProduct = z
  .object({
    id: z.uuid(),
    externalId: z.string().nullable(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    brand: z.string().nullable(),
    status,
    showUnpriced: z.boolean(),
    taxClass: z.string(),
    categories: z.array(CategoryRef),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
    options: z.array(ProductOption),
    images: z.array(Image),
    ...adminDetailFields,
    variants: z.array(AdminVariant),
    version: z.int(),
    publishedAt: z.date().nullable(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'AdminProduct' });
export type AdminProduct = z.infer<typeof AdminProduct>;

export const AdminProductListInput = z.strictObject({
  q: multilineText(200).optional().describe('Words as in the search, or one exact SKU; drafts are found too'),
  status: status.optional(),
  kind: ProductKind.optional(),
  brand: text(200).optional().describe('Its name'),
  tag: text(60).optional(),
  limit: z.int().min(1).max(100).default(24),
  cursor: z.string().min(1).max(1000).optional(),
});
export type AdminProductListInput = z.infer<typeof AdminProductListInput>;

export const AdminProductLine = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    brand: z.string().nullable(),
    kind: ProductKind,
    tags: z.array(z.string()),
    status,
    version: z.int(),
    skus: z.array(z.string()).describe('At most ten'),
    variantCount: z.int(),
    available: z.int().describe('Units of all variants together'),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'AdminProductLine' });

export const AdminProductList = z.object({ items: z.array(AdminProductLine), nextCursor: z.string().nullable() });
export type AdminProductList = z.infer<typeof AdminProductList>;
