import { z } from 'zod';
import { localeCode } from '../../kit/locale.ts';
import { Money } from '../../kit/money.ts';
import { PageInput } from '../../kit/page.ts';
import { currencyCode, text } from '../../kit/text.ts';
import { BundleComponent } from './products/bundle-component.ts';

export const CategoryRef = z.object({ id: z.uuid(), slug: z.string(), name: z.string() }).meta({ id: 'CategoryRef' });

export const Image = z
  .object({
    url: z.string(),
    alt: z.string(),
    mediaId: z.uuid().optional().describe('Of an uploaded picture; so are the others'),
    width: z.int().optional(),
    height: z.int().optional(),
    thumbhash: z.string().optional().describe('A placeholder, in base64'),
  })
  .meta({ id: 'Image' });

const slug = text(200);

const locale = localeCode
  .optional()
  .describe('Texts that are missing in it are in the language it is a kind of, or in that of the store');

export const ProductListInput = z
  .strictObject({
    category: slug.optional().describe('Slug, present or former; what is below it is included'),
    collection: slug.optional().describe('Slug; instead of a category'),
    brand: slug.optional().describe('Slug; not of a collection'),
    tag: text(60).optional().describe('Not of a collection'),
    locale,
    currency: currencyCode.default('EUR'),
    sort: z
      .enum(['newest', 'price', '-price', 'name', 'rating', 'best-selling', 'manual'])
      .default('newest')
      .describe('manual: the order that a collection has by hand'),
    ...PageInput,
  })
  .refine(({ category, collection }) => category === undefined || collection === undefined, {
    path: ['collection'],
    message: 'Either a category or a collection',
  })
  .refine(({ brand, tag, collection }) => collection === undefined || (brand === undefined && tag === undefined), {
    path: ['collection'],
    message: 'A collection is not narrowed',
  })
  .refine(({ sort, collection }) => sort !== 'manual' || collection !== undefined, {
    path: ['sort'],
    message: 'Only a collection has an order of its own',
  });
export type ProductListInput = z.infer<typeof ProductListInput>;

export const Rating = z
  .object({ average: z.number().describe('Of five stars, with one decimal'), count: z.int() })
  .meta({ id: 'Rating' });

export const ListedProduct = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    brand: z.string().nullable(),
    image: Image.nullable(),
    price: Money.nullable().describe('The lowest of its variants; null for a product that is shown without a price'),
    priceMax: Money.nullable().describe('The highest of its variants'),
    rating: Rating.nullable().describe('Of its reviews; null while it has none'),
    available: z.int().describe('Units of all variants together, 1000000 for one whose stock is not tracked'),
  })
  .meta({ id: 'ListedProduct' });

export const ProductList = z.object({
  items: z.array(ListedProduct),
  canonicalCategory: z
    .string()
    .nullable()
    .describe('The slug of the category: another one than was asked for when that is a former one'),
  nextCursor: z.string().nullable(),
});
export type ProductList = z.infer<typeof ProductList>;

export const ProductInput = z.strictObject({
  slug: slug.describe('Present or former'),
  locale,
  currency: currencyCode.default('EUR'),
});
export type ProductInput = z.infer<typeof ProductInput>;

export const AttributeType = z.enum([
  'text',
  'long-text',
  'integer',
  'decimal',
  'boolean',
  'date',
  'enum',
  'multi-enum',
  'color',
  'reference',
  'multi-text',
]);

export const attributeValue = z.union([z.string().max(10_000), z.number(), z.boolean(), z.array(text(1000)).max(100)]);

export const ProductOption = z
  .object({ name: text(200), values: z.array(text(200)).max(200) })
  .meta({ id: 'ProductOption' });

export const ProductAttribute = z
  .object({
    code: z.string(),
    name: z.string(),
    type: AttributeType,
    unit: z.string().nullable(),
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
    label: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .describe('What the options of an enum, multi-enum or color are called'),
    swatch: z.string().optional().describe('Of a color, as #rrggbb'),
    reference: z
      .object({ kind: z.enum(['product', 'category']), slug: z.string(), name: z.string() })
      .optional()
      .describe('What a reference leads to; absent while shoppers cannot see it'),
  })
  .meta({ id: 'ProductAttribute' });

export const ProductVariant = z
  .object({
    id: z.uuid(),
    sku: z.string(),
    barcode: z.string().nullable(),
    options: z.record(z.string(), z.string()),
    price: Money.nullable(),
    available: z.int().describe('Units that can still be bought; 1000000 when its stock is not tracked'),
    stockTracked: z.boolean().describe('False: it never runs out'),
    image: Image.nullable(),
    images: z.array(Image).describe('Its own, besides those of the product'),
    weightGrams: z.int().nullable(),
    lengthMm: z.int().nullable(),
    widthMm: z.int().nullable(),
    heightMm: z.int().nullable(),
    attributes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .describe('What it says differently from the product, by attribute code'),
    components: z.array(BundleComponent).describe('Of a bundle: what one unit is made of'),
  })
  .meta({ id: 'ProductVariant' });

export const Product = z
  .object({
    id: z.uuid(),
    slug: z.string().describe('The canonical one'),
    redirectFrom: z
      .string()
      .nullable()
      .describe('The slug asked for when it is a former one: answer shoppers with a redirect to `slug`'),
    kind: z.enum(['physical', 'digital', 'bundle']),
    title: z.string(),
    description: z.string().describe('As it was entered; may contain HTML'),
    brand: z.string().nullable(),
    brandSlug: z.string().nullable(),
    tags: z.array(z.string()),
    seo: z.object({ title: z.string(), description: z.string().nullable() }),
    locale: z.string().describe('The best locale that the store has for the one asked for'),
    rating: Rating.nullable().describe('Of its reviews; null while it has none'),
    categories: z.array(z.array(CategoryRef)).describe('Where it belongs, each as the path from the root'),
    attributes: z.array(ProductAttribute),
    options: z.array(ProductOption),
    images: z.array(Image),
    variants: z.array(ProductVariant),
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;
