import { sql } from 'kysely';
import { prepared } from './prepared.ts';
import type { Reader } from './types.ts';

export interface Suggestions {
  currencyKnown: boolean;
  queries: string[];
  categories: { slug: string; name: string }[];
  brands: { slug: string; name: string }[];
  products: { id: string; slug: string; title: string; image: { url: string; alt: string } | null }[];
}

export interface SuggestionQuery {
  locale: string;
  currency: string;
  /** In lower case with single spaces. */
  prefix: string;
  /** Text of a tsquery whose last word is a beginning. */
  words: string;
  limit: number;
}

/** Among how many matches the best-selling products are looked for: a beginning of one letter has very many. */
const LOOKED_AT = 300;

const suggest = prepared<Suggestions, SuggestionQuery>(
  (value) => {
    const locale = value('locale');
    const names = (table: string) => sql`
    select coalesce(json_agg(json_build_object('slug', n.slug, 'name', n.name)), '[]') from (
      select t.slug, translated(t.translations, chosen.chain, 'name', t.name) as name from ${sql.table(table)} t
      where search_names(t.name, t.translations) @@ to_tsquery('store_simple', ${value('words')})
      order by length(t.name), t.name limit ${value('limit')}
    ) n
  `;
    return sql<Suggestions>`
    with chosen as materialized (select locale_chain(${locale}) as chain), currency as (
      select (select n from (select code, row_number() over (order by position) as n from store_currencies) c
        where code = ${value('currency')})::int as number
    )
    select exists (select from currency where number is not null) as "currencyKnown",
      (
        select coalesce(json_agg(q.query), '[]') from (
          select query from search_queries
          where locale = (select chain[1] from chosen) and query like ${value('prefix')} || '%' and total > 0
          group by query order by sum(asked) desc, query limit ${value('limit')}
        ) q
      ) as queries,
      (${names('categories')}) as categories,
      (${names('brands')}) as brands,
      (
        select coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'image', p.images -> 0,
          'title', translated(p.translations, chosen.chain, 'title', p.title)) order by b.n), '[]')
        from (
          select product_id, row_number() over (order by sold desc, rating_milli desc nulls last, doc) as n
          from (
            select d.product_id, d.sold, d.rating_milli, d.doc from search_documents d, currency
            where d.document @@ to_tsquery(search_config((select chain[1] from chosen)), ${value('words')})
              and d.locale = (select chain[1] from chosen) and d.visible
              and (d.prices[currency.number] is not null or d.show_unpriced)
            limit ${sql.lit(LOOKED_AT)}
          ) found
          order by n limit ${value('limit')}
        ) b join products p on p.id = b.product_id
      ) as products
    from chosen
  `;
  },
  { short: true },
);

/** What goes on from what somebody has typed so far, in one statement. */
export async function listSuggestions(reader: Reader, query: SuggestionQuery): Promise<Suggestions> {
  const [row] = await suggest(reader, query);
  if (!row) throw new Error('Suggestions are always one row.');
  return row;
}
