import { z } from 'zod';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const BREAKS = /[\s\u0000-\u001f\u007f]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

/** One line without control characters or half characters, which the database could not hold. */
export function cleanLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, ' ').trim();
}

export function cleanText(text: string): string {
  return text.toWellFormed().replace(CONTROLS, ' ').trim();
}

const line = (max: number) => z.string().overwrite(cleanLine).max(max);
const required = (max: number) => line(max).min(1);
const identity = z.union([z.string(), z.number()]).transform(String).pipe(required(200));
const price = z.int().min(0).max(MAX_AMOUNT).nullish();
const prices = z.record(z.string(), z.int().min(0).max(MAX_AMOUNT).nullable()).nullish();
const images = z
  .array(z.union([line(2000), z.object({ url: line(2000), alt: line(500).nullish() })]))
  .max(100)
  .nullish();
const millimetres = z.int().min(0).max(10_000_000).nullish();
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .nullish();
const path = z.array(line(200)).max(20);

const VariantFields = z.object({
  id: identity.nullish(),
  sku: line(500).nullish(),
  barcode: line(50).nullish(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  price_minor: price,
  currency: z.string().nullish(),
  prices,
  stock: z.int().min(0).max(1_000_000_000).nullish(),
  images,
  image: line(2000).nullish(),
  weight_grams: z.int().min(0).max(100_000_000).nullish(),
  length_mm: millimetres,
  width_mm: millimetres,
  height_mm: millimetres,
  track_stock: z.boolean().nullish(),
  status: z.enum(['active', 'archived']).nullish(),
});
export type VariantFields = z.infer<typeof VariantFields>;

const Texts = z.object({
  title: line(500).nullish(),
  description: z.string().max(100_000).nullish(),
  seo_title: line(200).nullish(),
  seo_description: line(500).nullish(),
  attributes: z.record(z.string(), z.string().max(10_000)).nullish(),
});

/** What a row of an import may say. Fields it does not know are left out. */
export const RowFields = z.object({
  id: identity.nullish(),
  slug: line(200).nullish(),
  title: required(500).nullish(),
  description: z.string().max(100_000).nullish(),
  brand: line(200).nullish(),
  status: z.enum(['draft', 'active', 'archived']).nullish(),
  show_unpriced: z.boolean().nullish(),
  kind: z.enum(['physical', 'digital', 'bundle']).nullish(),
  tags: z.array(line(60)).max(100).nullish(),
  seo_title: line(200).nullish(),
  seo_description: line(500).nullish(),
  publish_at: instant,
  unpublish_at: instant,
  translations: z.record(z.string(), Texts.nullable()).nullish(),
  rating: z.unknown().optional(),
  rating_count: z.unknown().optional(),
  tax_class: line(50).nullish(),
  category_path: path.nullish(),
  category_paths_extra: z.array(path).max(50).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  more_attributes: z.record(z.string(), z.unknown()).nullish(),
  options: z
    .array(z.object({ name: required(200), values: z.array(required(200)).max(500) }))
    .max(10)
    .nullish(),
  price_minor: price,
  currency: z.string().nullish(),
  prices,
  images,
  sku: line(500).nullish(),
  gtin: z.union([z.string(), z.array(z.string())]).nullish(),
  stock: z.int().min(0).max(1_000_000_000).nullish(),
  variants: z.array(VariantFields).max(500).nullish(),
});
export type RowFields = z.infer<typeof RowFields>;
