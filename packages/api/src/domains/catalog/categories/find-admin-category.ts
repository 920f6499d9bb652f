import { categoryViews, type Reader } from '@cartwright/db';
import { listCategoryAttributes } from '../attributes/effective-attributes.ts';
import { refuse } from '../errors.ts';
import type { AdminCategory, AdminCategoryInput } from './admin-schema.ts';
import { effectiveSettings } from './effective-settings.ts';

/** Everything staff see of a category, with what holds for it and who says so. Refuses with `category_not_found`. */
export async function findAdminCategory(reader: Reader, input: AdminCategoryInput): Promise<AdminCategory> {
  const row = await categoryViews.findAdminCategory(reader, { key: input.category });
  if (!row) throw refuse('category_not_found', { details: { category: input.category } });
  const { path, taxClass, shippingProfile, seoTitleTemplate, seoDescriptionTemplate, pathIds, ...category } = row;
  const effective = effectiveSettings(path);
  const attributes = await listCategoryAttributes(reader, row.id);
  return {
    ...category,
    attributes,
    path: path.map(({ id, slug, name }) => ({ id, slug, name })),
    effective: {
      ...effective,
      taxClass: { ...effective.taxClass, value: effective.taxClass.value ?? '' },
      shippingProfile: { ...effective.shippingProfile, value: effective.shippingProfile.value ?? '' },
      seoTitleTemplate: { ...effective.seoTitleTemplate, value: effective.seoTitleTemplate.value ?? '' },
    },
  };
}
