import { categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { type CategoryNode, categoryTree, findNode, upToLevel } from './category-tree.ts';
import type { CategoryTreeInput } from './schema.ts';

/** The tree in a locale, or what is below a category. One statement. Refuses with `category_not_found`. */
export async function listCategories(ctx: Ctx, input?: CategoryTreeInput): Promise<{ items: CategoryNode[] }> {
  const { locale, below, levels } = input ?? {};
  let items = categoryTree(await categories.listCategoryTree(ctx.db, { locale: locale ?? null }));
  if (below !== undefined) {
    const node = findNode(items, below);
    if (!node) throw refuse('category_not_found', { details: { category: below } });
    items = node.children;
  }
  ctx.readsFrom?.([]);
  return { items: levels ? upToLevel(items, levels) : items };
}
