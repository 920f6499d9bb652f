import { type RawBuilder, sql } from 'kysely';
import { availableUnits, isSellable, type StockPart, stockParts } from './availability.ts';
import { WHOLE_STORE } from './catalog-projections.ts';
import { sqlOf } from './handle.ts';
import { localeChain, translated } from './locales.ts';
import { prepared } from './prepared.ts';
import type { ProductImage } from './products.ts';
import type { Reader } from './types.ts';

/** A variant as cart and checkout need it. */
export interface SellableVariant {
  variantId: string;
  productId: string;
  sku: string;
  title: string;
  slug: string;
  /** Option name to value. */
  options: Record<string, string>;
  imageUrl: string | null;
  taxClass: string;
  /** Minor units of the currency asked for; null when there is no price in it. */
  priceMinor: number | null;
  /** Whether the variant is active and shoppers may see its product. */
  sellable: boolean;
  /** Units that can still be sold. */
  available: number;
  /** What one unit takes from stock. */
  parts: StockPart[];
}

/** The variants that exist among those asked for, in order of id. */
export async function listSellableVariants(
  reader: Reader,
  query: { variantIds: readonly string[]; currency: string; now: Date },
): Promise<SellableVariant[]> {
  const { rows } = await sql<SellableVariant>`
    select v.id as variant_id, v.product_id, v.sku, p.title, p.slug, v.options,
      coalesce(v.images -> 0 ->> 'url', p.images -> 0 ->> 'url') as image_url,
      p.tax_class, c.amount_minor as price_minor,
      ${isSellable({ product: 'p', variant: 'v', at: query.now })} as sellable,
      ${availableUnits('v')} as available, ${stockParts('v')} as parts
    from variants v
    join products p on p.id = v.product_id
    left join prices c on c.variant_id = v.id and c.currency = ${query.currency}
    where v.id = any(${query.variantIds}::uuid[])
    order by v.id
  `.execute(sqlOf(reader));
  return rows;
}

export const LISTING_SORTS = ['newest', 'price', '-price', 'name', 'rating', 'best-selling'] as const;
export type ListingSort = (typeof LISTING_SORTS)[number];

/** The last row's keys in the order asked for: milliseconds, minor units or a title, then the product's id. */
export type ListingKey = readonly [string | number, string];

/** What a card in a list shows; built as JSON by the database. */
export interface ListedProduct {
  id: string;
  slug: string;
  title: string;
  brand: string | null;
  image: ProductImage | null;
  price: { amount: number; currency: string } | null;
  priceMax: { amount: number; currency: string } | null;
  rating: { average: number; count: number } | null;
  available: number;
}

/** What is read of a page of a list. */
export interface Cards {
  /** JSON of a list of {@link ListedProduct}. */
  items: string;
  /** Ids of the products, with spaces between. */
  productIds: string | null;
  /** The last item's keys when there is more after it. */
  nextKey: ListingKey | null;
}

export interface ListingPage extends Cards {
  currencyKnown: boolean;
  /** False when a brand was asked for that the store does not have. */
  brandKnown: boolean;
  /** The category and the slug that it has now; null when there is none. */
  categoryId: string | null;
  categorySlug: string | null;
}

const NIL = WHOLE_STORE;
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A list's order: what is read as its key, and what comes before every row. */
export interface Order {
  by: RawBuilder<unknown>;
  /** Whether a row comes after the key: a `ListingKey`, or what will be one. */
  after: (key: readonly [unknown, unknown]) => RawBuilder<boolean>;
  key: RawBuilder<unknown>;
  first: ListingKey;
}

/** The orders of rows `l` with the columns of `listing`. */
export const LISTING_ORDERS: Record<ListingSort, Order> = {
  newest: {
    by: sql`l.published_at desc, l.product_id desc`,
    after: ([at, id]) => sql`(l.published_at, l.product_id) < (to_timestamp(${at}::float8 / 1000), ${id}::uuid)`,
    key: sql`(extract(epoch from l.published_at) * 1000)::bigint`,
    first: [9_000_000_000_000, LAST],
  },
  price: {
    by: sql`l.sort_price, l.product_id`,
    after: ([price, id]) => sql`(l.sort_price, l.product_id) > (${price}::bigint, ${id}::uuid)`,
    key: sql`l.sort_price`,
    first: [-1, NIL],
  },
  '-price': {
    by: sql`l.sort_price desc, l.product_id desc`,
    after: ([price, id]) => sql`(l.sort_price, l.product_id) < (${price}::bigint, ${id}::uuid)`,
    key: sql`l.sort_price`,
    first: [Number.MAX_SAFE_INTEGER, LAST],
  },
  name: {
    by: sql`l.sort_title, l.product_id`,
    after: ([title, id]) => sql`(l.sort_title, l.product_id) > (${title}::text collate "C", ${id}::uuid)`,
    key: sql`l.sort_title`,
    first: ['', NIL],
  },
  rating: {
    by: sql`l.sort_rating desc, l.product_id desc`,
    after: ([rating, id]) => sql`(l.sort_rating, l.product_id) < (${rating}::bigint, ${id}::uuid)`,
    key: sql`l.sort_rating`,
    first: [Number.MAX_SAFE_INTEGER, LAST],
  },
  'best-selling': {
    by: sql`l.units_sold desc, l.product_id desc`,
    after: ([units, id]) => sql`(l.units_sold, l.product_id) < (${units}::bigint, ${id}::uuid)`,
    key: sql`l.units_sold`,
    first: [Number.MAX_SAFE_INTEGER, LAST],
  },
};

/** The rating of the product `p`; null of nothing. */
export const RATING = sql`case when p.rating_count > 0
  then json_build_object('average', round(p.rating_milli / 1000.0, 1), 'count', p.rating_count) end`;

/**
 * The cards of rows `page` (columns of `listing`, `n` from 1 in order, `key`), of which the one after `limit`
 * only says that there is more. Titles are looked for along `chain`, where it is given. Three columns: `items`,
 * `product_ids` and `next_key`.
 */
export function cardsOf(page: {
  rows: RawBuilder<unknown>;
  currency: unknown;
  limit: unknown;
  chain?: RawBuilder<unknown>;
}): RawBuilder<unknown> {
  const title = page.chain
    ? sql`case when p.translations = '{}' then p.title
        else ${translated({ of: 'p', field: 'title', fallback: sql`p.title`, chain: page.chain })} end`
    : sql`p.title`;
  const money = (amount: RawBuilder<unknown>) =>
    sql`case when ${amount} is not null then json_build_object('amount', ${amount}, 'currency', ${page.currency}::text) end`;
  return sql`
    select
      coalesce(json_agg(json_build_object(
        'id', page.product_id, 'slug', p.slug, 'title', ${title}, 'brand', p.brand, 'image', p.images -> 0,
        'price', ${money(sql`page.price_minor`)}, 'priceMax', ${money(sql`page.price_max_minor`)}, 'rating', ${RATING},
        'available', (
          select coalesce(sum(${availableUnits('v')}), 0)
          from variants v where v.product_id = page.product_id and v.status = 'active'
        )
      ) order by page.n) filter (where page.n <= ${page.limit}), '[]') as items,
        string_agg(page.product_id::text, ' ') filter (where page.n <= ${page.limit}) as product_ids,
      case when count(*) > ${page.limit} then
        json_agg(json_build_array(page.key, page.product_id)) filter (where page.n = ${page.limit}) -> 0
      end as next_key
    from (${page.rows}) page
    join products p on p.id = page.product_id
  `;
}

interface ListingValues {
  locale: string | null;
  brandSlug: string | null;
  tag: string | null;
  categorySlug: string | null;
  currency: string;
  limit: number;
  limitAndOne: number;
  afterKey: string | number;
  afterId: string;
}

/** A list that is narrowed is another statement, so that each is planned for what it asks. */
const FILTERS = ['none', 'brand', 'tag', 'brand and tag'] as const;
type Filter = (typeof FILTERS)[number];

/** Columns of the cards as {@link Cards}: a list that is sent on as it is need not be read. */
export const CARDS = sql`cards.items::text as items, cards.product_ids as "productIds", cards.next_key as "nextKey"`;

/**
 * Up to so many products of a brand or tag are all read and sorted. Of more, the list is gone through in its order
 * instead, leaving out the others: with so many of them a page is found soon.
 */
const SORTED_PRODUCTS = 1000;

type Value = (name: keyof ListingValues) => unknown;

/** Which products `f` a list is narrowed to; null for all. */
function narrowing(filter: Filter, value: Value): RawBuilder<boolean> | null {
  const ofBrand = sql<boolean>`f.brand = (select name from brands where slug = ${value('brandSlug')})`;
  const tagged = sql<boolean>`f.tags @> array[${value('tag')}::text]`;
  const conditions = {
    none: null,
    brand: ofBrand,
    tag: tagged,
    'brand and tag': sql<boolean>`${ofBrand} and ${tagged}`,
  };
  return conditions[filter];
}

/** The rows of a page: in the order of the list, or, where few products are asked for, from these to their places. */
function rowsOf({ by, key, after }: Order, wanted: RawBuilder<boolean> | null, value: Value): RawBuilder<unknown> {
  const columns = sql`l.product_id, l.price_minor, l.price_max_minor, ${key} as key, row_number() over (order by ${by}) as n`;
  const place = sql`l.category_id = (select category_id from scope) and l.currency = ${value('currency')}`;
  const rest = sql`${after([value('afterKey'), value('afterId')])}`;
  const end = sql`order by ${by} limit ${value('limitAndOne')}`;
  if (wanted === null) return sql`select ${columns} from listing l where ${place} and ${rest} ${end}`;
  return sql`
    (
      select ${columns} from listing l
      where (select large from scope) and ${place} and ${rest}
        and (select true from products f where f.id = l.product_id and ${wanted}) ${end}
    ) union all (
      select ${columns}
      from products f
      cross join lateral (select * from listing l where l.product_id = f.id and ${place} limit 1) l
      where not (select large from scope) and ${wanted} and ${rest} ${end}
    )
  `;
}

const pageBy = (order: Order, filter: Filter) =>
  prepared<ListingPage, ListingValues>(
    (value) => {
      const currency = value('currency');
      const wanted = narrowing(filter, value);
      const found = sql`select from products f where ${wanted} limit ${sql.lit(SORTED_PRODUCTS + 1)}`;
      const large = wanted ? sql`(select count(*) from (${found}) c) > ${sql.lit(SORTED_PRODUCTS)}` : sql`false`;
      const rows = rowsOf(order, wanted, value);
      return sql<ListingPage>`
      with scope as materialized (
        select
          exists (select from store_currencies where code = ${currency}) as currency_known,
          case when ${value('categorySlug')}::text is null then ${NIL}::uuid
            else category_of_slug(${value('categorySlug')}) end as category_id,
          ${value('brandSlug')}::text is null or exists (select from brands where slug = ${value('brandSlug')})
            as brand_known,
          ${large} as large,
          ${localeChain(value('locale'))} as chain
      ), cards as (${cardsOf({ rows, currency, limit: value('limit'), chain: sql`(select chain from scope)` })})
      select scope.currency_known as "currencyKnown", scope.category_id as "categoryId",
        scope.brand_known as "brandKnown",
        (select slug from categories where id = scope.category_id) as "categorySlug", ${CARDS}
      from scope cross join cards
    `;
    },
    // A narrowed list may have to look at many products.
    { short: filter === 'none' },
  );

const PAGES = Object.fromEntries(
  LISTING_SORTS.map((sort) => [
    sort,
    Object.fromEntries(FILTERS.map((filter) => [filter, pageBy(LISTING_ORDERS[sort], filter)])),
  ]),
) as Record<ListingSort, Record<Filter, ReturnType<typeof pageBy>>>;

export interface ListingQuery {
  categorySlug: string | null;
  currency: string;
  sort: ListingSort;
  limit: number;
  after?: ListingKey;
  /** Of the titles; null asks for the store's default. */
  locale: string | null;
  /** Only what is of the brand, and has the tag. */
  brandSlug: string | null;
  tag: string | null;
}

/** One page of what a shopper may see of a category and below it (all without a slug), in one statement. */
export async function listListing(reader: Reader, query: ListingQuery): Promise<ListingPage> {
  const { after, ...values } = query;
  const { limit, sort, brandSlug, tag } = query;
  const [afterKey, afterId] = after ?? LISTING_ORDERS[sort].first;
  const unfiltered = tag === null ? 'none' : 'tag';
  const filter = brandSlug === null ? unfiltered : tag === null ? 'brand' : 'brand and tag';
  const [page] = await PAGES[sort][filter](reader, { ...values, limitAndOne: limit + 1, afterKey, afterId });
  if (!page) throw new Error('A page of a list is always one row.');
  return page;
}
