import { publicProcedure, router } from '../../trpc/procedures.ts';
import { SearchInput, SearchResult } from './schema.ts';
import { searchProducts } from './search-products.ts';

export const searchRouter = router({
  products: publicProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/search', summary: 'Search products with facets', tags: ['Search'] },
      limit: 'read',
      shared: true,
    })
    .input(SearchInput)
    .output(SearchResult)
    .query(({ ctx, input }) => searchProducts(ctx, input)),
});
