import { permittedProcedure, publicProcedure } from '../../../trpc/procedures.ts';
import { listRelated } from './list-related.ts';
import { ProductRelations, RelatedInput, RelatedProducts, RelationsInput, SetRelationsInput } from './schema.ts';
import { findRelations, setRelations } from './set-relations.ts';

const adminTags: [string] = ['Catalog administration'];

export const relationProcedures = {
  related: publicProcedure
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/products/{slug}/related',
        summary: 'What goes with a product',
        tags: ['Catalog'],
      },
      limit: 'read',
      shared: true,
    })
    .input(RelatedInput)
    .output(RelatedProducts)
    .query(({ ctx, input }) => listRelated(ctx, input)),
  relations: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/admin/products/{productId}/relations',
        summary: 'What was chosen to go with a product',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(RelationsInput)
    .output(ProductRelations)
    .query(({ ctx, input }) => findRelations(ctx.db, input)),
  setRelations: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/products/{productId}/relations/{kind}',
        summary: 'Choose what goes with a product in one way',
        tags: adminTags,
      },
      limit: 'admin',
    })
    .input(SetRelationsInput)
    .output(ProductRelations)
    .mutation(({ ctx, input }) => setRelations(ctx, input)),
};
