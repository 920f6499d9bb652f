import { z } from 'zod';
import { PageInput } from '../../../kit/page.ts';

const Picture = z.object({ url: z.string(), alt: z.string() });

const Texts = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  seo_title: z.string().optional(),
  seo_description: z.string().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
});
const millimetres = z.int().nullable();

/** A row that an import takes back. */
export const ExportedProduct = z
  .object({
    id: z.string().describe('Under which it was imported, otherwise its own'),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    brand: z.string().nullable(),
    status: z.enum(['draft', 'active', 'archived']),
    show_unpriced: z.boolean(),
    tax_class: z.string(),
    kind: z.enum(['physical', 'digital', 'bundle']),
    tags: z.array(z.string()),
    seo_title: z.string().nullable(),
    seo_description: z.string().nullable(),
    publish_at: z.string().nullable().describe('ISO 8601'),
    unpublish_at: z.string().nullable(),
    rating: z.number().nullable().describe('As it was imported: the average'),
    rating_count: z.int(),
    translations: z.record(z.string(), Texts).describe('By locale'),
    category_path: z.array(z.string()).describe('Names from the root'),
    category_paths_extra: z.array(z.array(z.string())),
    attributes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
      .describe('By name'),
    options: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
    images: z.array(Picture),
    variants: z.array(
      z.object({
        id: z.string(),
        sku: z.string(),
        barcode: z.string().nullable(),
        status: z.enum(['active', 'archived']),
        attributes: z.record(z.string(), z.string()).describe('Its value of each option'),
        prices: z.record(z.string(), z.int()).describe('Integer minor units by currency'),
        stock: z.int().describe('On hand at all locations'),
        images: z.array(Picture),
        weight_grams: z.int().nullable(),
        length_mm: millimetres,
        width_mm: millimetres,
        height_mm: millimetres,
        track_stock: z.boolean().describe('False: it never runs out'),
      }),
    ),
  })
  .meta({ id: 'ExportedProduct' });
export type ExportedProduct = z.infer<typeof ExportedProduct>;

export const ExportProductsInput = z.strictObject(PageInput);
export type ExportProductsInput = z.infer<typeof ExportProductsInput>;

export const ExportedProducts = z
  .object({
    currencies: z.array(z.string()).describe('Of the store, its own first'),
    items: z.array(ExportedProduct),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'ExportedProducts' });
export type ExportedProducts = z.infer<typeof ExportedProducts>;
