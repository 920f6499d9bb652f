import { permittedProcedure } from '../../../trpc/procedures.ts';
import { GeneratedVariants, GenerateVariantsInput } from './generate-schema.ts';
import { generateVariants } from './generate-variants.ts';

export const productProcedures = {
  generateVariants: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/products/{productId}/variants/generate',
        summary: 'Add a variant for each combination of options that has none',
        tags: ['Catalog administration'],
      },
      idempotent: true,
      limit: 'admin',
    })
    .input(GenerateVariantsInput)
    .output(GeneratedVariants)
    .mutation(({ ctx, input }) => generateVariants(ctx, input)),
};
