import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { text } from '../../../kit/text.ts';

export const MAX_TAXONOMY = 20_000;

const TaxonomyCategory = z
  .strictObject({
    id: text(200).describe('Its identity in the file'),
    name: text(180),
    parent: text(200).nullable().optional().describe('The id of its parent; a root without it'),
  })
  .meta({ id: 'TaxonomyCategory' });
export type TaxonomyCategory = z.infer<typeof TaxonomyCategory>;

export const ImportTaxonomyInput = z.strictObject({
  locale: localeCode.describe('Of the names: one of the store'),
  categories: z.array(TaxonomyCategory).min(1).max(MAX_TAXONOMY).describe('In any order; siblings in theirs'),
});
export type ImportTaxonomyInput = z.infer<typeof ImportTaxonomyInput>;

export const ImportedTaxonomy = z
  .object({ created: z.int(), updated: z.int(), unchanged: z.int() })
  .meta({ id: 'ImportedTaxonomy' });
export type ImportedTaxonomy = z.infer<typeof ImportedTaxonomy>;
