import { catalog, collectionPages } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { answerOf } from '../../kit/json-text.ts';
import { encodeCursor } from '../../kit/page.ts';
import { refuse } from './errors.ts';
import { decodeListingCursor } from './listing-cursor.ts';
import type { ProductList, ProductListInput } from './schema.ts';

/**
 * One page of what a shopper may see, of a category and below it, or of a collection. One statement.
 * Refuses with `currency_unknown`, `category_unknown`, `collection_unknown`, `brand_unknown`, `cursor_invalid`.
 */
export async function listProducts(ctx: Ctx, input: ProductListInput): Promise<ProductList> {
  const { currency, sort, cursor } = input;
  const scope = `products:${sort}`;
  const page = await readPage(ctx, {
    ...input,
    ...(cursor !== undefined && { after: decodeListingCursor(cursor, scope, sort) }),
  });
  if (!page.currencyKnown) throw refuse('currency_unknown', { details: { currency } });
  ctx.readsFrom?.(tagsOf(page, input));
  const nextCursor = page.nextKey ? encodeCursor(scope, page.nextKey) : null;
  const [slug, next] = [page.categorySlug, nextCursor].map((each) => JSON.stringify(each));
  return answerOf<ProductList>(ctx, `{"items":${page.items},"canonicalCategory":${slug},"nextCursor":${next}}`);
}

type Page = catalog.Cards & { currencyKnown: boolean; categoryId: string | null; categorySlug: string | null };

/** What a page is made of: the list, and the products on it. */
function tagsOf({ categoryId, productIds }: Page, { collection, sort }: ProductListInput): string[] {
  const list = collection === undefined ? [`listing:${categoryId}`] : ['collections', 'listing:*'];
  const products = productIds?.split(' ').map((id) => `product:${id}`) ?? [];
  return [...list, ...(sort === 'best-selling' ? ['sales'] : []), ...products];
}

type Query = ProductListInput & { after?: catalog.ListingKey };

async function readPage(ctx: Ctx, query: Query): Promise<Page> {
  const { category, collection, sort, brand, tag, locale = null } = query;
  if (collection !== undefined) {
    const page = await collectionPages.listCollectionPage(ctx.db, { ...query, locale, collectionSlug: collection });
    if (page.collectionKnown || !page.currencyKnown) return { ...page, categoryId: null, categorySlug: null };
    const detail = sort === 'manual' ? 'There is no such collection whose order was chosen by hand.' : undefined;
    throw refuse('collection_unknown', { details: { collection }, ...(detail && { detail }) });
  }
  // The schema lets `manual` pass for collections only.
  const listed = { ...query, sort: sort === 'manual' ? ('newest' as const) : sort };
  const filters = { brandSlug: brand ?? null, tag: tag?.trim().toLowerCase() ?? null };
  const page = await catalog.listListing(ctx.db, { ...listed, ...filters, locale, categorySlug: category ?? null });
  if (page.currencyKnown && page.categoryId === null) throw refuse('category_unknown', { details: { category } });
  if (page.currencyKnown && !page.brandKnown) throw refuse('brand_unknown', { details: { brand } });
  return page;
}
