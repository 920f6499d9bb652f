import { search } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { money } from '../../kit/money.ts';
import { encodeCursor } from '../../kit/page.ts';
import { decodeListingCursor, refuse as refuseCatalog } from '../catalog/index.ts';
import { refuse } from './errors.ts';
import { parseFilters } from './parse-filters.ts';
import type { Facet, SearchInput, SearchResult } from './schema.ts';

/**
 * Products that match words, category and filters, with the facets by which to go on. Two statements.
 * Refuses with `currency_unknown`, `category_unknown`, `filter_unknown`, `filter_invalid`, `cursor_invalid`.
 */
export async function searchProducts(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  const { currency, category, limit, cursor } = input;
  const text = input.q?.trim() || null;
  const sort = input.sort === 'relevance' && text === null ? 'newest' : input.sort;
  const cursorScope = `search:${sort}`;
  const after = cursor === undefined ? undefined : decodeListingCursor(cursor, cursorScope, sort);
  const { values, price } = parseFilters(input.filter ?? {});
  const query = { categorySlug: category ?? null, currency, filters: values };
  const scope = await search.findSearchScope(ctx.db, query);
  if (!scope.currencyKnown) throw refuseCatalog('currency_unknown', { details: { currency } });
  if (scope.categoryId === null) throw refuseCatalog('category_unknown', { details: { category } });
  const filters = values.map((filter, index) => {
    const resolved = scope.filters[index];
    if (!resolved?.known) throw refuse('filter_unknown', { details: { filter: filter.code } });
    return { ...filter, facetIds: resolved.facetIds };
  });
  const result = await search.searchProducts(ctx.db, {
    text,
    categoryId: scope.categoryId,
    currency,
    filters,
    price,
    sort,
    limit,
    ...(after && { after }),
  });
  return {
    items: result.items,
    total: result.total,
    categoryPath: scope.categoryPath,
    facets: facetsOf(result, currency),
    nextCursor: result.nextKey ? encodeCursor(cursorScope, result.nextKey) : null,
  };
}

function facetsOf(result: search.SearchResult, currency: string): Facet[] {
  const facets: Facet[] = [];
  if (result.categories.length > 0) {
    const values = result.categories.map(({ slug, name, count }) => ({
      value: slug,
      label: name,
      count,
      selected: false,
    }));
    facets.push({ code: 'category', name: 'Category', values, range: null });
  }
  if (result.price) {
    const { min, max } = result.price;
    const range = { min: money(min, currency), max: money(max, currency) };
    facets.push({ code: 'price', name: 'Price', values: [], range });
  }
  for (const { code, name, values } of result.facets) {
    facets.push({ code, name, values: values.map((each) => ({ ...each, label: each.value })), range: null });
  }
  return facets;
}
