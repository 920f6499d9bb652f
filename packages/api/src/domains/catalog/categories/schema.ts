import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { text } from '../../../kit/text.ts';
import { CategoryRef } from '../schema.ts';
import type { CategoryNode } from './category-tree.ts';

/** The language of a public answer. */
export const locale = localeCode
  .optional()
  .describe('Texts that are missing in it are in the language it is a kind of, or in that of the store');

export const CategoryTreeInput = z
  .strictObject({
    locale,
    below: text(200).optional().describe('Slug: only what is below this category'),
    levels: z.int().min(1).max(20).optional().describe('How many levels; all unless given'),
    seo: z.boolean().optional().describe('With what search engines read of each'),
  })
  .optional();
export type CategoryTreeInput = z.infer<typeof CategoryTreeInput>;

const Seo = z.object({ title: z.string(), description: z.string().nullable() }).meta({ id: 'CategorySeo' });

export const Category: z.ZodType<CategoryNode> = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    parentId: z.uuid().nullable(),
    depth: z.int().describe('0 for a root'),
    seo: Seo.optional().describe('When it was asked for'),
    get children() {
      return z.array(Category);
    },
  })
  .meta({ id: 'Category' });

export const CategoryList = z.object({ items: z.array(Category) });

export const CategoryPageInput = z.strictObject({ slug: text(200), locale });
export type CategoryPageInput = z.infer<typeof CategoryPageInput>;

export const CategoryPage = z
  .object({
    id: z.uuid(),
    slug: z.string().describe('The canonical one'),
    redirectFrom: z
      .string()
      .nullable()
      .describe('The slug asked for when it is a former one: answer shoppers with a redirect to `slug`'),
    name: z.string(),
    description: z.string(),
    parentId: z.uuid().nullable(),
    path: z.array(CategoryRef).describe('Root first, itself last'),
    children: z.array(CategoryRef),
    seo: Seo,
    locale: z.string().describe('The best locale that the store has for the one asked for'),
  })
  .meta({ id: 'CategoryPage' });
export type CategoryPage = z.infer<typeof CategoryPage>;
