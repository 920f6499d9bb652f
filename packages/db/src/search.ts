import { type RawBuilder, sql } from 'kysely';
import {
  cardsOf,
  LISTING_ORDERS,
  type ListedProduct,
  type ListingKey,
  type ListingSort,
  type Order,
} from './catalog.ts';
import { WHOLE_STORE } from './catalog-projections.ts';
import { sqlOf } from './handle.ts';
import type { Reader } from './types.ts';

/** What the words of a request mean to the database. */
export interface SearchScope {
  currencyKnown: boolean;
  /** Null when the slug is unknown. */
  categoryId: string | null;
  /** The category asked for and those above it, root first. */
  categoryPath: { slug: string; name: string }[];
  /** Per filter, in the order asked: whether it can be filtered by, its name, and the ids of the values there are. */
  filters: { known: boolean; facetIds: number[] }[];
}

/** Resolves category, currency and filters of a search, in one statement. */
export async function findSearchScope(
  reader: Reader,
  query: { categorySlug: string | null; currency: string; filters: readonly { code: string; values: string[] }[] },
): Promise<SearchScope> {
  const { categorySlug, currency, filters } = query;
  const { rows } = await sql<SearchScope>`
    with category as (
      select id, path_ids from categories where id = category_of_slug(${categorySlug}::text)
    )
    select
      exists (select from store_currencies where code = ${currency}) as currency_known,
      case when ${categorySlug}::text is null then ${WHOLE_STORE}::uuid else (select id from category) end as category_id,
      (
        select coalesce(json_agg(json_build_object('slug', a.slug, 'name', a.name) order by cardinality(a.path_ids)), '[]')
        from category join categories a on a.id = any(category.path_ids)
      ) as category_path,
      (
        select coalesce(json_agg(json_build_object(
          'known', f.code = 'brand' or exists (
            select from attributes a where a.code = f.code and (a.filterable or exists (
              select from category_attributes o where o.attribute_id = a.id and o.filterable
            ))
          ),
          'facetIds', (
            select coalesce(json_agg(v.id), '[]')
            from jsonb_array_elements_text(f.values) w
            join facet_values v on v.attribute_code = f.code and v.value = w
          )
        ) order by f.n), '[]')
        from rows from (
          jsonb_to_recordset(${JSON.stringify(filters)}::jsonb) as (code text, values jsonb)
        ) with ordinality as f (code, values, n)
      ) as filters
  `.execute(sqlOf(reader));
  const [scope] = rows;
  if (!scope) throw new Error('A search scope is always one row.');
  return scope;
}

export type SearchSort = ListingSort | 'relevance';

export interface SearchQuery {
  /** Words, "phrases" and -exclusions; null lists everything. */
  text: string | null;
  categoryId: string;
  currency: string;
  filters: readonly { code: string; facetIds: number[]; values: string[] }[];
  /** Minor units, both ends included. */
  price: { min: number | null; max: number | null } | null;
  sort: SearchSort;
  limit: number;
  after?: ListingKey;
}

export interface FacetCount {
  code: string;
  name: string;
  values: { value: string; count: number; selected: boolean }[];
}

export interface SearchResult {
  items: ListedProduct[];
  nextKey: ListingKey | null;
  total: number;
  facets: FacetCount[];
  /** What the prices would be without the price filter. */
  price: { min: number; max: number } | null;
  /** The categories one step below. */
  categories: { slug: string; name: string; count: number }[];
}

const MAX_FACETS = 12;
const MAX_FACET_VALUES = 20;
const NIL = WHOLE_STORE;

const ORDERS: Record<SearchSort, Order> = {
  ...LISTING_ORDERS,
  relevance: {
    by: sql`l.rank desc, l.product_id`,
    after: ([rank, id]) => sql`(-l.rank, l.product_id) > (-(${rank}::real), ${id}::uuid)`,
    key: sql`l.rank`,
    first: [1e30, NIL],
  },
};

/**
 * One page of matches with their facets, in one statement. Each match says which filter it fails: none (0), exactly one
 * (its number), or more (left out). A facet counts the matches that fail nothing or only its own filter.
 */
export async function searchProducts(reader: Reader, query: SearchQuery): Promise<SearchResult> {
  const { currency, limit, filters } = query;
  const order = ORDERS[query.sort];
  const rows = sql`
    select l.product_id, l.price_minor, l.price_max_minor, ${order.key} as key,
      row_number() over (order by ${order.by}) as n
    from matched l
    where l.failed = 0 and ${order.after(query.after ?? order.first)}
    order by ${order.by}
    limit ${limit + 1}
  `;
  const priceNumber = filters.length + 1;
  const { rows: results } = await sql<SearchResult>`
    with matched as materialized (${matches(query)}),
    cards as (${cardsOf({ rows, currency, limit })}),
    facets as (${facetCounts(filters)}),
    categories_below as (
      select c.slug, c.name, c.position, count(*)::int as count
      from matched m
      join listing l on l.product_id = m.product_id and l.currency = ${currency}
      join categories c on c.id = l.category_id
      where m.failed = 0 and c.parent_id is not distinct from nullif(${query.categoryId}::uuid, ${NIL}::uuid)
      group by c.id
    )
    select cards.items, cards.next_key,
      (select count(*)::int from matched where failed = 0) as total,
      (
        select coalesce(json_agg(json_build_object('code', code, 'name', name, 'values', "values") order by place), '[]')
        from facets
      ) as facets,
      (
        select case when min(price_minor) is not null
          then json_build_object('min', min(price_minor), 'max', max(price_minor)) end
        from matched where failed in (0, ${priceNumber}::int)
      ) as price,
      (
        select coalesce(json_agg(json_build_object('slug', slug, 'name', name, 'count', count)
          order by count desc, position, name), '[]')
        from categories_below
      ) as categories
    from cards
  `.execute(sqlOf(reader));
  const [result] = results;
  if (!result) throw new Error('A search result is always one row.');
  return result;
}

/** Rows of `listing` that match the words, with `rank`, `facet_ids` and `failed`. */
function matches(query: SearchQuery): RawBuilder<unknown> {
  const { text, filters, price } = query;
  const tests = filters.map((filter) => sql<boolean>`d.facet_ids && ${filter.facetIds}::integer[]`);
  if (price) {
    tests.push(
      sql<boolean>`coalesce(l.price_minor between coalesce(${price.min}::bigint, 0) and coalesce(${price.max}::bigint, 9007199254740991), false)`,
    );
  }
  const sum = (terms: RawBuilder<unknown>[]) => (terms.length === 0 ? sql`0` : sql.join(terms, sql` + `));
  const failures = tests.map((test) => sql`(not (${test}))::int`);
  const words = sql`websearch_to_tsquery('store_english', ${text})`;
  const rank = query.sort === 'relevance' ? sql`ts_rank(document, ${words})` : sql`0::real`;
  // Found first, so that a plan made without knowing the words does not start from the category.
  const found =
    text === null
      ? sql`select product_id, facet_ids, 0::real as rank from search_documents`
      : sql`select product_id, facet_ids, ${rank} as rank from search_documents where document @@ ${words} offset 0`;
  // The whole store is half of the table, which the planner sees only when it is not a parameter.
  const category = query.categoryId === NIL ? sql.lit(NIL) : query.categoryId;
  return sql`
    select l.product_id, l.price_minor, l.price_max_minor, l.sort_price, l.sort_title, l.published_at,
      d.facet_ids, d.rank, ${sum(failures.map((failure, i) => sql`${failure} * ${sql.lit(i + 1)}`))} as failed
    from (${found}) d
    join listing l on l.product_id = d.product_id
    where l.category_id = ${category}::uuid and l.currency = ${query.currency}
      ${tests.length === 0 ? sql`` : sql`and ${sum(failures)} <= 1`}
  `;
}

const PLAIN_COUNTS = sql`
  select v.id, v.attribute_code as code, v.value, c.count
  from (
    select facet_id, count(*) as count from matched, unnest(facet_ids) as facet_id where failed = 0 group by facet_id
  ) c
  join facet_values v on v.id = c.facet_id
`;

/** A match that fails one filter counts for the attribute of that filter only. */
const disjunctiveCounts = (codes: string[]) => sql`
  select v.id, v.attribute_code as code, v.value, sum(c.count) as count
  from (
    select facet_id, failed, count(*) as count from matched, unnest(facet_ids) as facet_id group by facet_id, failed
  ) c
  join facet_values v on v.id = c.facet_id
  where c.failed = 0 or v.attribute_code = (${codes}::text[])[c.failed]
  group by v.id
`;

/** The facets to show: those of the filters first, then those that most matches have; `place` orders them. */
function facetCounts(filters: SearchQuery['filters']): RawBuilder<unknown> {
  const codes = filters.map((filter) => filter.code);
  const selectedIds = filters.flatMap((filter) => filter.facetIds);
  return sql`
    with named as (${filters.length === 0 ? PLAIN_COUNTS : disjunctiveCounts(codes)}), chosen as (
      select code, sum(count) as coverage, array_position(${codes}::text[], code) as filter_number
      from named group by code
      order by filter_number nulls last, coverage desc, code
      limit ${sql.lit(MAX_FACETS)} + cardinality(${codes}::text[])
    ), ranked as (
      select n.*, n.id = any(${selectedIds}::integer[]) as selected,
        row_number() over (partition by n.code order by n.count desc, n.value) as n
      from named n join chosen using (code)
    )
    select r.code, coalesce(a.name, 'Brand') as name,
      row_number() over (order by c.filter_number nulls last, c.coverage desc, r.code) as place,
      json_agg(json_build_object('value', r.value, 'count', r.count, 'selected', r.selected)
        order by r.count desc, r.value) as values
    from ranked r
    join chosen c on c.code = r.code
    left join attributes a on a.code = r.code
    where r.n <= ${sql.lit(MAX_FACET_VALUES)} or r.selected
    group by r.code, a.name, c.filter_number, c.coverage
  `;
}
