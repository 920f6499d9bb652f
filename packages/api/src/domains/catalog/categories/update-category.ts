import { categories, type Tx } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertVersion } from '../../../kit/version.ts';
import { changesBetween } from '../changes-between.ts';
import { assertTaxClass, takenRefusal } from '../check-references.ts';
import { mergeTranslations } from '../locales/merge-translations.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import { assertShippingProfile } from '../shipping-profiles/assert-shipping-profile.ts';
import type { AdminCategory, UpdateCategoryInput } from './admin-schema.ts';
import { findAdminCategory } from './find-admin-category.ts';
import { assertNameFree, assertSlugFree, findToChange } from './tree-rules.ts';

const FIELDS = [
  'name',
  'slug',
  'description',
  'seoTitle',
  'seoDescription',
  'seoTitleTemplate',
  'seoDescriptionTemplate',
  'taxClass',
  'shippingProfile',
] as const satisfies (keyof categories.CategoryContent)[];

/**
 * Changes what is given and counts the version up. A new slug leaves the old one leading here; products below are found
 * by a new name once they have been indexed again.
 * Refuses with `category_not_found`, `version_conflict`, `category_name_taken`, `slug_taken`, `tax_class_unknown`,
 * `shipping_profile_unknown`, `locale_unknown`.
 */
export async function updateCategory(ctx: Ctx, input: UpdateCategoryInput): Promise<AdminCategory> {
  try {
    const { category, renamed } = await inTransaction(ctx, (tx) => changeCategory(tx, input));
    if (renamed) await refreshFirst(ctx, { categoryId: category.id });
    return category;
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function changeCategory(
  ctx: TxCtx,
  input: UpdateCategoryInput,
): Promise<{ category: AdminCategory; renamed: boolean }> {
  const { tx, now } = ctx;
  await categories.lockCatalogStructure(tx);
  const before = await findToChange(tx, input.category);
  if (input.version !== undefined && input.version !== before.version) {
    assertVersion(input.version, await findAdminCategory(tx, { category: before.id }));
  }
  await assertReferences(tx, before, input);
  const translations = await mergeTranslations(tx, {
    translations: before.translations,
    changes: input.translations,
    renamed: input.name !== undefined && input.name !== before.name ? 'name' : undefined,
  });
  const given = Object.fromEntries(
    FIELDS.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]])),
  );
  const content = { ...contentOf(before), ...given, translations };
  const detail = changesBetween(contentOf(before), content);
  const renamed = 'name' in detail || 'translations' in detail;
  if (renamed) await categories.lockSubtree(tx, { id: before.id });
  await categories.saveCategory(tx, { id: before.id, slugBefore: before.slug, content, at: now });
  await audit(ctx, { action: 'category.updated', target: `category:${before.id}`, detail });
  if (renamed) await refreshSoon(ctx, { categoryId: before.id });
  return { category: await findAdminCategory(tx, { category: before.id }), renamed };
}

async function assertReferences(
  tx: Tx,
  before: categories.CategoryToChange,
  { name, slug, taxClass, shippingProfile }: UpdateCategoryInput,
): Promise<void> {
  if (name !== undefined && name !== before.name) {
    await assertNameFree(tx, { parentId: before.parentId, name, except: before.id });
  }
  if (slug !== undefined && slug !== before.slug) await assertSlugFree(tx, slug);
  if (taxClass != null) await assertTaxClass(tx, taxClass);
  if (shippingProfile != null) await assertShippingProfile(tx, shippingProfile);
}

function contentOf(row: categories.CategoryToChange): categories.CategoryContent {
  const { id, parentId, position, pathIds, version, ...content } = row;
  return content;
}
