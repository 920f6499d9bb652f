import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { multilineText, text } from '../../../kit/text.ts';
import { CategoryAttribute } from '../attributes/schema.ts';
import { CategoryRef } from '../schema.ts';
import { isSeoTemplate } from './seo-template.ts';

const slug = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens');
const key = text(200).describe('Slug or id');
const version = z.int().min(1).optional().describe('Refused with version_conflict when the category has another one');

const template = (max: number) => text(max).refine(isSeoTemplate, 'Placeholders are {name} and {store}');

const texts = {
  name: text(200),
  description: multilineText(20_000),
  seoTitle: text(200),
  seoDescription: text(500),
  seoTitleTemplate: template(200),
  seoDescriptionTemplate: template(500),
};

const CategoryTexts = z
  .strictObject({
    name: texts.name.nullable().optional(),
    description: texts.description.nullable().optional(),
    seoTitle: texts.seoTitle.nullable().optional(),
    seoDescription: texts.seoDescription.nullable().optional(),
    seoTitleTemplate: texts.seoTitleTemplate.nullable().optional(),
    seoDescriptionTemplate: texts.seoDescriptionTemplate.nullable().optional(),
  })
  .meta({ id: 'CategoryTexts' });

export const CreateCategoryInput = z.strictObject({
  name: text(200),
  slug: slug.optional().describe('Made from the name unless given'),
  parent: text(200).nullable().optional().describe('Slug or id; a root without it'),
  position: z.int().min(0).max(1_000_000).optional().describe('Among its siblings; equal ones are sorted by name'),
});
export type CreateCategoryInput = z.infer<typeof CreateCategoryInput>;

export const UpdateCategoryInput = z.strictObject({
  category: key,
  version,
  name: texts.name.optional(),
  slug: slug.optional().describe('The one it had leads to it from then on'),
  description: texts.description.optional(),
  seoTitle: texts.seoTitle.nullable().optional(),
  seoDescription: texts.seoDescription.nullable().optional(),
  seoTitleTemplate: texts.seoTitleTemplate.nullable().optional().describe('Null: what the nearest ancestor says'),
  seoDescriptionTemplate: texts.seoDescriptionTemplate.nullable().optional(),
  taxClass: text(50).nullable().optional().describe('Null: what the nearest ancestor says'),
  shippingProfile: text(50).nullable().optional().describe('Null: what the nearest ancestor says'),
  translations: z
    .record(localeCode, CategoryTexts)
    .refine((all) => Object.keys(all).length <= 100, 'At most 100 locales')
    .optional()
    .describe('By locale of the store: changes the texts given; null removes one'),
});
export type UpdateCategoryInput = z.infer<typeof UpdateCategoryInput>;

export const MoveCategoryInput = z.strictObject({
  category: key,
  version,
  parent: text(200).nullable().optional().describe('Slug or id; null makes it a root; its present one unless given'),
  position: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Place among its new siblings, 0 is the first; the last unless given'),
});
export type MoveCategoryInput = z.infer<typeof MoveCategoryInput>;

export const ReorderCategoriesInput = z.strictObject({
  parent: text(200).nullable().optional().describe('Slug or id; the roots without it'),
  categories: z.array(text(200)).min(1).max(20_000).describe('Slugs or ids of all that are directly below, in order'),
});
export type ReorderCategoriesInput = z.infer<typeof ReorderCategoriesInput>;

export const DeleteCategoryInput = z.strictObject({
  category: key,
  reassignTo: text(200)
    .optional()
    .describe(
      'Slug or id of the category that gets its products, its children and its slugs; without it, it must be empty',
    ),
});
export type DeleteCategoryInput = z.infer<typeof DeleteCategoryInput>;

export const AdminCategoryInput = z.strictObject({ category: key });
export type AdminCategoryInput = z.infer<typeof AdminCategoryInput>;

const effective = <V extends z.ZodType>(value: V) =>
  z.object({
    value,
    source: z.enum(['own', 'inherited', 'store']),
    category: CategoryRef.nullable().describe('The category that says it'),
  });

export const AdminCategory = z
  .object({
    id: z.uuid(),
    externalId: z.string().nullable().describe('Its identity in a taxonomy file'),
    slug: z.string(),
    formerSlugs: z.array(z.string()).describe('They lead to it as well'),
    name: z.string(),
    description: z.string(),
    parentId: z.uuid().nullable(),
    position: z.int(),
    path: z.array(CategoryRef).describe('Root first, itself last'),
    childCount: z.int().describe('Directly below'),
    productCount: z.int().describe('In the category itself'),
    seoTitle: z.string().nullable(),
    seoDescription: z.string().nullable(),
    translations: z.record(z.string(), z.record(z.string(), z.string())),
    effective: z
      .object({
        taxClass: effective(z.string()),
        shippingProfile: effective(z.string()),
        seoTitleTemplate: effective(z.string()),
        seoDescriptionTemplate: effective(z.string().nullable()),
      })
      .describe('What holds for it, and who says so'),
    attributes: z.array(CategoryAttribute).describe('Assigned to it or above, in the order of a product'),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'AdminCategory' });
export type AdminCategory = z.infer<typeof AdminCategory>;
