import { categories } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertVersion } from '../../../kit/version.ts';
import { takenRefusal } from '../check-references.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import type { AdminCategory, MoveCategoryInput } from './admin-schema.ts';
import { findAdminCategory } from './find-admin-category.ts';
import { assertNameFree, assertPlace, findParent, findToChange } from './tree-rules.ts';

/**
 * Puts a category, with all below it, to a place under another parent or the same one. The tree is right at once;
 * products below are listed in their new place within a moment, see `refreshFirst`.
 * Refuses with `category_not_found`, `category_unknown` (the parent), `version_conflict`, `category_cycle`,
 * `category_too_deep`, `category_name_taken`.
 */
export async function moveCategory(ctx: Ctx, input: MoveCategoryInput): Promise<AdminCategory> {
  try {
    const { category, moved } = await inTransaction(ctx, (tx) => changePlace(tx, input));
    if (moved) await refreshFirst(ctx, { categoryId: category.id });
    return category;
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function changePlace(ctx: TxCtx, input: MoveCategoryInput): Promise<{ category: AdminCategory; moved: boolean }> {
  const { tx, now } = ctx;
  await categories.lockCatalogStructure(tx);
  const category = await findToChange(tx, input.category);
  if (input.version !== undefined && input.version !== category.version) {
    assertVersion(input.version, await findAdminCategory(tx, { category: category.id }));
  }
  const parent = await findParent(tx, input.parent === undefined ? category.parentId : input.parent);
  const parentId = parent?.id ?? null;
  const moved = parentId !== category.parentId;
  if (moved) {
    const { deepest } = await categories.lockSubtree(tx, { id: category.id });
    assertPlace({ category, deepest, parent });
    await assertNameFree(tx, { parentId, name: category.name, except: category.id });
    await categories.saveCategoryParent(tx, {
      id: category.id,
      pathIds: category.pathIds,
      parent: parent ?? null,
      at: now,
    });
    await refreshSoon(ctx, { categoryId: category.id });
  }
  const siblings = (await categories.listChildren(tx, { parentId })).filter(({ id }) => id !== category.id);
  const ids = siblings.map(({ id }) => id);
  ids.splice(input.position ?? ids.length, 0, category.id);
  await categories.saveCategoryOrder(tx, { ids, at: now });
  const detail = { from: category.parentId, to: parentId, position: ids.indexOf(category.id) };
  await audit(ctx, { action: 'category.moved', target: `category:${category.id}`, detail });
  return { category: await findAdminCategory(tx, { category: category.id }), moved };
}
