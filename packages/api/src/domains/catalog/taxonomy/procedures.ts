import { permittedProcedure } from '../../../trpc/procedures.ts';
import { importTaxonomy } from './import-taxonomy.ts';
import { ImportedTaxonomy, ImportTaxonomyInput } from './schema.ts';

export const taxonomyProcedures = {
  importTaxonomy: permittedProcedure('catalog:import')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/taxonomy-imports',
        summary: 'Import the categories of a taxonomy, all or none',
        tags: ['Import'],
      },
      limit: 'admin',
    })
    .input(ImportTaxonomyInput)
    .output(ImportedTaxonomy)
    .mutation(({ ctx, input }) => importTaxonomy(ctx, input)),
};
