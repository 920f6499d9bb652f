import { permittedProcedure, router } from '../../trpc/procedures.ts';
import { SetStockInput, Stock } from './schema.ts';
import { setStock } from './set-stock.ts';

export const inventoryRouter = router({
  setStock: permittedProcedure('inventory:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/variants/{variantId}/stock',
        summary: 'Set the stock of a variant',
        tags: ['Inventory'],
      },
      limit: 'admin',
    })
    .input(SetStockInput)
    .output(Stock)
    .mutation(({ ctx, input }) => setStock(ctx, input)),
});
