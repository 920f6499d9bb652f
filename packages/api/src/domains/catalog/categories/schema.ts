import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import type { CategoryNode } from './category-tree.ts';

export const locale = localeCode
  .optional()
  .describe('Texts that are missing in it are in the language it is a kind of, or in that of the store');

export const CategoryTreeInput = z.strictObject({ locale }).optional();
export type CategoryTreeInput = z.infer<typeof CategoryTreeInput>;

export const Category: z.ZodType<CategoryNode> = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    parentId: z.uuid().nullable(),
    depth: z.int().describe('0 for a root'),
    get children() {
      return z.array(Category);
    },
  })
  .meta({ id: 'Category' });

export const CategoryList = z.object({ items: z.array(Category) });
