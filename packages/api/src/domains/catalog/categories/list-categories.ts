import { categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { storeLocaleChain, storeLocales } from '../locales/store-locales.ts';
import { type CategoryNode, categoryTree, findNode, upToLevel } from './category-tree.ts';
import type { CategoryTreeInput } from './schema.ts';

type Tree = { items: CategoryNode[] };

// Also bounds how long another process, or a reader that raced a write, may see the old tree.
const TTL_SECONDS = 5;

/** '' is the store's default. */
const cacheKey = (locale: string) => `catalog:categories:${locale}`;

/** The last text of each locale that was parsed: a tree of thousands is asked for more often than it changes. */
const parsed = new Map<string, { text: string; tree: Tree }>();

/**
 * The tree in a locale, or what is below a category, at most five seconds old. Callers share it and must not change it.
 * One statement when it is not in the cache; another one for a locale, when those of the store are not.
 * Refuses with `category_not_found`.
 */
export async function listCategories(ctx: Ctx, input?: CategoryTreeInput): Promise<Tree> {
  const { locale, below, levels } = input ?? {};
  const tree = await wholeTree(ctx, locale);
  let items = tree.items;
  if (below !== undefined) {
    const node = findNode(items, below);
    if (!node) throw refuse('category_not_found', { details: { category: below } });
    items = node.children;
  }
  return levels === undefined && below === undefined ? tree : { items: levels ? upToLevel(items, levels) : items };
}

async function wholeTree(ctx: Ctx, requested: string | undefined): Promise<Tree> {
  // By what the store has: whatever else is asked for must not fill the cache.
  const [locale = ''] = requested === undefined ? [] : await storeLocaleChain(ctx, requested);
  const key = cacheKey(locale);
  const cached = await ctx.cache.get(key);
  if (cached !== undefined) {
    const before = parsed.get(key);
    if (before?.text === cached) return before.tree;
    const tree = JSON.parse(cached) as Tree;
    parsed.set(key, { text: cached, tree });
    return tree;
  }
  const tree = { items: categoryTree(await categories.listCategoryTree(ctx.db, { locale: locale || null })) };
  await ctx.cache.set(key, JSON.stringify(tree), TTL_SECONDS);
  return tree;
}

/** To be called when a change of the tree or its texts has committed. */
export async function forgetCategories(ctx: Pick<Ctx, 'cache' | 'db'>): Promise<void> {
  parsed.clear();
  for (const locale of ['', ...(await storeLocales(ctx))]) await ctx.cache.delete(cacheKey(locale));
}
