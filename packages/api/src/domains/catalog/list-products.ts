import { catalog } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { encodeCursor } from '../../kit/page.ts';
import { refuse } from './errors.ts';
import { decodeListingCursor } from './listing-cursor.ts';
import type { ProductList, ProductListInput } from './schema.ts';

/**
 * One page of what a shopper may see, of a category and below it. One statement.
 * Refuses with `currency_unknown`, `category_unknown`, `cursor_invalid`.
 */
export async function listProducts(ctx: Ctx, input: ProductListInput): Promise<ProductList> {
  const { currency, sort, limit, cursor, category } = input;
  const scope = `products:${sort}`;
  const page = await catalog.listListing(ctx.db, {
    categorySlug: category ?? null,
    currency,
    sort,
    limit,
    ...(cursor !== undefined && { after: decodeListingCursor(cursor, scope, sort) }),
  });
  if (!page.currencyKnown) throw refuse('currency_unknown', { details: { currency } });
  if (!page.categoryKnown) throw refuse('category_unknown', { details: { category } });
  return {
    items: page.items,
    canonicalCategory: page.categorySlug,
    nextCursor: page.nextKey ? encodeCursor(scope, page.nextKey) : null,
  };
}
