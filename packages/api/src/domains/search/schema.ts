import { z } from 'zod';
import { Money } from '../../kit/money.ts';
import { PageInput } from '../../kit/page.ts';
import { currencyCode, multilineText, text } from '../../kit/text.ts';
import { ListedProduct } from '../catalog/index.ts';

export const MAX_FILTERS = 8;

export const SearchInput = z.strictObject({
  q: multilineText(200).optional().describe('Words, "a phrase", -without; everything is listed unless given'),
  category: text(200).optional().describe('Slug; what is below it is included'),
  currency: currencyCode.default('EUR'),
  filter: z
    .record(text(200), z.string().max(4000))
    .refine((filter) => Object.keys(filter).length <= MAX_FILTERS, `At most ${MAX_FILTERS} filters`)
    .optional()
    .describe(
      'By attribute code, or brand: values separated by commas, of which one is enough (a comma in a value is \\,). price: min..max in minor units, either may be left out',
    ),
  sort: z
    .enum(['relevance', 'newest', 'price', '-price', 'name'])
    .default('relevance')
    .describe('Without words, relevance is newest'),
  ...PageInput,
});
export type SearchInput = z.infer<typeof SearchInput>;

export const Facet = z
  .object({
    code: z.string().describe('What to filter by: brand, price, category or the code of an attribute'),
    name: z.string(),
    values: z.array(
      z.object({
        value: z.string(),
        label: z.string(),
        count: z.int().describe('Products with this value under all other filters'),
        selected: z.boolean(),
      }),
    ),
    range: z.object({ min: Money, max: Money }).nullable().describe('Of price: what there is under all other filters'),
  })
  .meta({ id: 'Facet' });
export type Facet = z.infer<typeof Facet>;

export const SearchResult = z
  .object({
    items: z.array(ListedProduct),
    total: z.int(),
    categoryPath: z
      .array(z.object({ slug: z.string(), name: z.string() }))
      .describe('The category asked for, root first'),
    facets: z.array(Facet),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.infer<typeof SearchResult>;
