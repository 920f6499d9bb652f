import { categoryViews } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { effectiveSeo } from './effective-seo.ts';
import type { CategoryPage, CategoryPageInput } from './schema.ts';

/**
 * What a shopper finds under a slug that a category has or had. One statement. Refuses with `category_not_found`.
 */
export async function findCategory(ctx: Ctx, input: CategoryPageInput): Promise<CategoryPage> {
  const found = await categoryViews.findCategoryPage(ctx.db, { slug: input.slug, locale: input.locale ?? null });
  if (!found) throw refuse('category_not_found', { details: { category: input.slug } });
  ctx.readsFrom?.([]);
  const { seoTitle: _, seoDescription: __, storeName: ___, path, ...category } = found;
  return {
    ...category,
    redirectFrom: category.slug === input.slug ? null : input.slug,
    path: path.map(({ id, slug, name }) => ({ id, slug, name })),
    seo: effectiveSeo(found, path),
  };
}
