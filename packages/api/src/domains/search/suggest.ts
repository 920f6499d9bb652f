import { searchSuggestions } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { refuse as refuseCatalog } from '../catalog/index.ts';
import type { SuggestInput, Suggestions } from './schema.ts';

const MAX_WORDS = 8;

/**
 * What goes on from what somebody has typed so far: queries of others that found something, categories, brands and
 * products, the best-selling first. One statement. Refuses with `currency_unknown`.
 */
export async function suggest(ctx: Ctx, input: SuggestInput): Promise<Suggestions> {
  const { q, currency, locale = '', limit } = input;
  const words =
    q
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, MAX_WORDS) ?? [];
  if (words.length === 0) return { queries: [], categories: [], brands: [], products: [] };
  const prefix = q
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trimStart()
    .replace(/[\\%_]/g, '\\$&');
  const { currencyKnown, ...suggestions } = await searchSuggestions.listSuggestions(ctx.db, {
    locale,
    currency,
    prefix,
    words: words.map((word, index) => (index === words.length - 1 ? `'${word}':*` : `'${word}'`)).join(' & '),
    limit,
  });
  if (!currencyKnown) throw refuseCatalog('currency_unknown', { details: { currency } });
  return suggestions;
}
