import { categories } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { type CategoryNode, categoryTree } from './category-tree.ts';

const CACHE_KEY = 'catalog:categories';
// Also bounds how long another process, or a reader that raced a write, may see the old tree.
const TTL_SECONDS = 5;

/** The last text that was parsed: a tree of thousands is asked for more often than it changes. */
let parsed: { text: string; tree: { items: CategoryNode[] } } | undefined;

/** The whole tree, at most five seconds old. Callers share it and must not change it. */
export async function listCategories(ctx: Ctx): Promise<{ items: CategoryNode[] }> {
  const cached = await ctx.cache.get(CACHE_KEY);
  if (cached !== undefined) {
    if (parsed?.text !== cached) parsed = { text: cached, tree: JSON.parse(cached) as { items: CategoryNode[] } };
    return parsed.tree;
  }
  const tree = { items: categoryTree(await categories.listCategories(ctx.db)) };
  await ctx.cache.set(CACHE_KEY, JSON.stringify(tree), TTL_SECONDS);
  return tree;
}

/** To be called when a change of the tree has committed. */
export async function forgetCategories(ctx: Pick<Ctx, 'cache'>): Promise<void> {
  await ctx.cache.delete(CACHE_KEY);
}
