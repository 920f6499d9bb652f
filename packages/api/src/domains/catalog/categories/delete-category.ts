import { categories, violatedConstraint } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import type { DeleteCategoryInput } from './admin-schema.ts';
import { assertNameFree, assertPlace, findParent, findToChange } from './tree-rules.ts';

/**
 * Removes a category that has nothing in it. With `reassignTo`, its products and what is directly below it go there
 * first, and its slugs lead there.
 * Refuses with `category_not_found`, `category_not_empty`, `category_unknown` (reassignTo), `category_cycle`,
 * `category_too_deep`, `category_name_taken`.
 */
export async function deleteCategory(ctx: Ctx, input: DeleteCategoryInput): Promise<void> {
  try {
    const heirId = await inTransaction(ctx, (tx) => removeCategory(tx, input));
    if (heirId !== null) await refreshFirst(ctx, { categoryId: heirId });
  } catch (error) {
    // Somebody put a product into it after we had looked.
    if (violatedConstraint(error) === 'product_categories_category_id_fkey') throw refuse('category_not_empty');
    throw error;
  }
}

async function removeCategory(ctx: TxCtx, input: DeleteCategoryInput): Promise<string | null> {
  const { tx, now } = ctx;
  await categories.lockCatalogStructure(tx);
  const category = await findToChange(tx, input.category);
  const { deepest } = await categories.lockSubtree(tx, { id: category.id });
  const children = await categories.listChildren(tx, { parentId: category.id });
  const heir = input.reassignTo === undefined ? undefined : await findParent(tx, input.reassignTo);
  if (heir) await empty(ctx, { category, deepest, children, heir });
  else if (children.length > 0 || (await categories.hasProducts(tx, { categoryId: category.id }))) {
    throw refuse('category_not_empty', { details: { children: children.length } });
  }
  const { id, slug, name, parentId } = category;
  const heirId = heir?.id ?? null;
  await categories.deleteCategory(tx, { id, slug, heirId, at: now });
  await audit(ctx, { action: 'category.deleted', target: `category:${id}`, detail: { slug, name, parentId, heirId } });
  return heirId;
}

async function empty(
  ctx: TxCtx,
  input: {
    category: categories.CategoryToChange;
    deepest: number;
    children: categories.CategoryRow[];
    heir: categories.CategoryRow;
  },
): Promise<void> {
  const { tx, now } = ctx;
  const { category, deepest, children, heir } = input;
  if (heir.pathIds.includes(category.id)) throw refuse('category_cycle');
  if (children.length > 0) {
    assertPlace({ category: { id: category.id, pathIds: [...category.pathIds, ''] }, deepest, parent: heir });
  }
  for (const child of children) {
    await assertNameFree(tx, { parentId: heir.id, name: child.name });
    await categories.saveCategoryParent(tx, { id: child.id, pathIds: child.pathIds, parent: heir, at: now });
  }
  const before = await categories.listChildren(tx, { parentId: heir.id });
  const added = new Set(children.map(({ id }) => id));
  const ids = [...before.filter(({ id }) => !added.has(id)), ...children].map(({ id }) => id);
  await categories.saveCategoryOrder(tx, { ids: ids.filter((id) => id !== category.id), at: now });
  await categories.saveProductsReassigned(tx, { fromId: category.id, toId: heir.id });
  await refreshSoon(ctx, { categoryId: heir.id });
}
