import { categories, categoryViews } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { type CategoryNode, categoryTree, findNode, upToLevel } from './category-tree.ts';
import { effectiveSeo } from './effective-seo.ts';
import type { CategoryTreeInput } from './schema.ts';

/** The tree in a locale, or what is below a category. One statement. Refuses with `category_not_found`. */
export async function listCategories(ctx: Ctx, input?: CategoryTreeInput): Promise<{ items: CategoryNode[] }> {
  const { locale = null, below, levels, seo } = input ?? {};
  const rows = seo
    ? withSeo(await categoryViews.listCategoryTreeSeo(ctx.db, { locale }))
    : await categories.listCategoryTree(ctx.db, { locale });
  let items = categoryTree(rows);
  if (below !== undefined) {
    const node = findNode(items, below);
    if (!node) throw refuse('category_not_found', { details: { category: below } });
    items = node.children;
  }
  ctx.readsFrom?.([]);
  return { items: levels ? upToLevel(items, levels) : items };
}

/** What search engines read of each row. Parents come before their children, so that what these inherit is there. */
function withSeo(rows: readonly categoryViews.TreeRowSeo[]) {
  const paths = new Map<string, readonly categoryViews.TreeRowSeo[]>();
  return rows.map((row) => {
    const path = [...((row.parentId !== null && paths.get(row.parentId)) || []), row];
    paths.set(row.id, path);
    return { ...row, seo: effectiveSeo(row, path) };
  });
}
