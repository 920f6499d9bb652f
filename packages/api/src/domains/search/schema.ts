import { z } from 'zod';
import { localeCode } from '../../kit/locale.ts';
import { Money } from '../../kit/money.ts';
import { PageInput } from '../../kit/page.ts';
import { currencyCode, multilineText, text } from '../../kit/text.ts';
import { ListedProduct } from '../catalog/index.ts';

export const MAX_FILTERS = 8;

export const SearchSort = z.enum(['relevance', 'newest', 'price', '-price', 'name', 'rating', 'best-selling']);
export type SearchSort = z.infer<typeof SearchSort>;

export const SearchInput = z.strictObject({
  q: multilineText(200)
    .optional()
    .describe('Words, "a phrase", -without, one or other; everything is listed unless given'),
  category: text(200).optional().describe('Slug; what is below it is included'),
  currency: currencyCode.default('EUR'),
  locale: localeCode.optional().describe('Of words and texts; the default of the store unless given'),
  filter: z
    .record(text(200), z.string().max(4000))
    .refine((filter) => Object.keys(filter).length <= MAX_FILTERS, `At most ${MAX_FILTERS} filters`)
    .optional()
    .describe(
      'By attribute code, or brand: values separated by commas, of which one is enough (a comma in a value is \\,), or min..max of a number. price: min..max in minor units, either may be left out. rating: the least, 1 to 5. stock: in or out',
    ),
  sort: SearchSort.default('relevance').describe('Without words, relevance is newest'),
  highlight: z.boolean().optional().describe('Marks the words in title and description with <b>'),
  ...PageInput,
});
export type SearchInput = z.infer<typeof SearchInput>;

export const Facet = z
  .object({
    code: z.string().describe('What to filter by: brand, price, category, rating, stock or the code of an attribute'),
    name: z.string(),
    unit: z.string().nullable().describe('Of a number'),
    values: z.array(
      z.object({
        value: z.string(),
        label: z.string(),
        count: z.int().describe('Products with this value under all other filters'),
        selected: z.boolean(),
      }),
    ),
    range: z.object({ min: Money, max: Money }).nullable().describe('Of price: what there is under all other filters'),
    histogram: z
      .array(z.object({ from: Money, to: Money, count: z.int() }))
      .nullable()
      .describe('Of price: equal steps over the range, both ends included'),
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
    corrected: z
      .array(z.object({ from: z.string(), to: z.array(z.string()) }))
      .describe('Words that no product has, and the stems that were searched for instead'),
    highlights: z
      .record(z.string(), z.object({ title: z.string(), description: z.string() }))
      .describe('By product id, where asked for: text without other markup, matches within <b>'),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.infer<typeof SearchResult>;

export const SuggestInput = z.strictObject({
  q: text(100).describe('What has been typed so far'),
  currency: currencyCode.default('EUR'),
  locale: localeCode.optional(),
  limit: z.int().min(1).max(20).default(5).describe('Of each kind'),
});
export type SuggestInput = z.infer<typeof SuggestInput>;

const named = z.object({ slug: z.string(), name: z.string() });

export const Suggestions = z
  .object({
    queries: z.array(z.string()).describe('What others have searched for and found'),
    categories: z.array(named),
    brands: z.array(named),
    products: z.array(
      z.object({
        id: z.uuid(),
        slug: z.string(),
        title: z.string(),
        image: z.object({ url: z.string(), alt: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'Suggestions' });
export type Suggestions = z.infer<typeof Suggestions>;
