import { z } from 'zod';
import { text } from '../../../kit/text.ts';
import { Price, productOptions } from '../admin-schema.ts';

/** As many variants as one product may be given at once. */
export const MAX_COMBINATIONS = 2000;

export const GenerateVariantsInput = z.strictObject({
  productId: z.uuid(),
  version: z.int().min(1).optional().describe('Refused with version_conflict when the product has another one'),
  options: productOptions.optional().describe('Those of the product unless given; the product has them from then on'),
  skuPattern: text(200)
    .optional()
    .describe(
      'What SKUs are made of, e.g. `TS-{Size}-{Colour}`: {slug}, {options} or the name of an option. {slug}-{options} unless given',
    ),
  prices: z.array(Price).max(50).optional().describe('Of each variant that is added; none unless given'),
});
export type GenerateVariantsInput = z.infer<typeof GenerateVariantsInput>;

export const GeneratedVariants = z
  .object({
    added: z.int(),
    kept: z.int().describe('Combinations that had a variant, archived or not'),
    skus: z.array(z.string()).describe('Of those added'),
    version: z.int().describe('Of the product'),
  })
  .meta({ id: 'GeneratedVariants' });
export type GeneratedVariants = z.infer<typeof GeneratedVariants>;
