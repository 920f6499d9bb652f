import { type RawBuilder, sql } from 'kysely';
import type { AttributeType } from './catalog-attributes.ts';
import { WHOLE_STORE } from './catalog-projections.ts';
import { sqlOf } from './handle.ts';
import { prepared } from './prepared.ts';
import type { AttributeValue, ProductImage, ProductOption } from './products.ts';
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
  /** Whether product and variant are both active. */
  sellable: boolean;
  /** Units that can still be promised, over all locations. */
  available: number;
}

/** The variants that exist among those asked for, in order of id. */
export async function listSellableVariants(
  reader: Reader,
  query: { variantIds: readonly string[]; currency: string },
): Promise<SellableVariant[]> {
  const { rows } = await sql<SellableVariant>`
    select v.id as variant_id, v.product_id, v.sku, p.title, p.slug, v.options,
      coalesce(v.images -> 0 ->> 'url', p.images -> 0 ->> 'url') as image_url,
      p.tax_class, c.amount_minor as price_minor,
      p.status = 'active' and v.status = 'active' as sellable,
      coalesce((select sum(on_hand - reserved) from stock_levels s where s.variant_id = v.id), 0)::bigint as available
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
  available: number;
}

export interface ListingPage {
  currencyKnown: boolean;
  categoryKnown: boolean;
  /** The slug that the category has now. */
  categorySlug: string | null;
  items: ListedProduct[];
  /** The last item's keys when there is more after it. */
  nextKey: ListingKey | null;
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

/**
 * The cards of rows `page` (columns of `listing`, `n` from 1 in order, `key`), of which the one after `limit`
 * only says that there is more. Two columns: `items` and `next_key`.
 */
export function cardsOf(page: { rows: RawBuilder<unknown>; currency: unknown; limit: unknown }): RawBuilder<unknown> {
  const money = (amount: RawBuilder<unknown>) =>
    sql`case when ${amount} is not null then json_build_object('amount', ${amount}, 'currency', ${page.currency}::text) end`;
  return sql`
    select
      coalesce(json_agg(json_build_object(
        'id', page.product_id, 'slug', p.slug, 'title', p.title, 'brand', p.brand, 'image', p.images -> 0,
        'price', ${money(sql`page.price_minor`)}, 'priceMax', ${money(sql`page.price_max_minor`)},
        'available', (
          select coalesce(sum(s.on_hand - s.reserved), 0)
          from variants v join stock_levels s on s.variant_id = v.id
          where v.product_id = page.product_id and v.status = 'active'
        )
      ) order by page.n) filter (where page.n <= ${page.limit}), '[]') as items,
      case when count(*) > ${page.limit} then
        json_agg(json_build_array(page.key, page.product_id)) filter (where page.n = ${page.limit}) -> 0
      end as next_key
    from (${page.rows}) page
    join products p on p.id = page.product_id
  `;
}

interface ListingValues {
  categorySlug: string | null;
  currency: string;
  limit: number;
  limitAndOne: number;
  afterKey: string | number;
  afterId: string;
}

const pageBy = ({ by, key, after }: Order) =>
  prepared<ListingPage, ListingValues>((value) => {
    const currency = value('currency');
    const rows = sql`
      select l.product_id, l.price_minor, l.price_max_minor, ${key} as key, row_number() over (order by ${by}) as n
      from listing l
      where l.category_id = (select category_id from scope) and l.currency = ${currency}
        and ${after([value('afterKey'), value('afterId')])}
      order by ${by}
      limit ${value('limitAndOne')}
    `;
    return sql<ListingPage>`
      with scope as (
        select
          exists (select from store_currencies where code = ${currency}) as currency_known,
          case when ${value('categorySlug')}::text is null then ${NIL}::uuid
            else category_of_slug(${value('categorySlug')}) end as category_id
      ), cards as (${cardsOf({ rows, currency, limit: value('limit') })})
      select scope.currency_known as "currencyKnown", scope.category_id is not null as "categoryKnown",
        (select slug from categories where id = scope.category_id) as "categorySlug", cards.items, cards.next_key as "nextKey"
      from scope cross join cards
    `;
  });

const PAGES = {
  newest: pageBy(LISTING_ORDERS.newest),
  price: pageBy(LISTING_ORDERS.price),
  '-price': pageBy(LISTING_ORDERS['-price']),
  name: pageBy(LISTING_ORDERS.name),
  rating: pageBy(LISTING_ORDERS.rating),
  'best-selling': pageBy(LISTING_ORDERS['best-selling']),
} satisfies Record<ListingSort, unknown>;

/** One page of what a shopper may see of a category and below it (all without a slug), in one statement. */
export async function listListing(
  reader: Reader,
  query: { categorySlug: string | null; currency: string; sort: ListingSort; limit: number; after?: ListingKey },
): Promise<ListingPage> {
  const { categorySlug, currency, limit, sort } = query;
  const [afterKey, afterId] = query.after ?? LISTING_ORDERS[sort].first;
  const values = { categorySlug, currency, limit, limitAndOne: limit + 1, afterKey, afterId };
  const [page] = await PAGES[sort](reader, values);
  return page ?? { currencyKnown: false, categoryKnown: false, categorySlug: null, items: [], nextKey: null };
}

/** A product as a shopper sees it; built as JSON by the database. */
export interface ProductPage {
  id: string;
  slug: string;
  title: string;
  description: string;
  brand: string | null;
  /** Where it belongs, each as the path from the root. */
  categories: { id: string; slug: string; name: string }[][];
  attributes: { code: string; name: string; type: AttributeType; value: AttributeValue }[];
  options: ProductOption[];
  images: ProductImage[];
  variants: {
    id: string;
    sku: string;
    options: Record<string, string>;
    price: { amount: number; currency: string } | null;
    available: number;
    image: ProductImage | null;
  }[];
}

const VARIANTS_OF_PAGE = (currency: unknown) => sql`
  select coalesce(json_agg(json_build_object(
    'id', v.id, 'sku', v.sku, 'options', v.options,
    'price', case when c.amount_minor is not null
      then json_build_object('amount', c.amount_minor, 'currency', c.currency) end,
    'available', (
      select coalesce(sum(on_hand - reserved), 0) from stock_levels s where s.variant_id = v.id
    ),
    'image', coalesce(v.images -> 0, p.images -> 0)
  ) order by v.position, v.id), '[]')
  from variants v
  left join prices c on c.variant_id = v.id and c.currency = ${currency}
  where v.product_id = p.id and v.status = 'active' and (c.amount_minor is not null or p.show_unpriced)
`;

const CATEGORIES_OF_PAGE = sql`
  select coalesce(json_agg((
    select json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name) order by cardinality(a.path_ids))
    from categories a where a.id = any(c.path_ids)
  ) order by pc.position), '[]')
  from product_categories pc join categories c on c.id = pc.category_id
  where pc.product_id = p.id
`;

// A value keeps the type it was written with; the definition may have been widened since.
const ATTRIBUTES_OF_PAGE = sql`
  select coalesce(json_agg(json_build_object(
    'code', a.code, 'name', a.name, 'type', a.type,
    'value', case
      when a.type = 'text' then to_jsonb(e.value #>> '{}')
      when a.type = 'multi-text' and jsonb_typeof(e.value) <> 'array' then jsonb_build_array(e.value #>> '{}')
      else e.value end
  ) order by a.name, a.code), '[]')
  from jsonb_each(p.attributes) e join attributes a on a.code = e.key
`;

interface FoundPage {
  currencyKnown: boolean;
  product: ProductPage | null;
}

const productPage = prepared<FoundPage, { slug: string; currency: string }>((value) => {
  const currency = value('currency');
  return sql<FoundPage>`
    select
      exists (select from store_currencies where code = ${currency}) as "currencyKnown",
      (
        select json_build_object(
          'id', p.id, 'slug', p.slug, 'title', p.title, 'description', p.description, 'brand', p.brand,
          'categories', (${CATEGORIES_OF_PAGE}), 'attributes', (${ATTRIBUTES_OF_PAGE}),
          'options', p.options, 'images', p.images, 'variants', (${VARIANTS_OF_PAGE(currency)})
        )
        from products p
        where p.slug = ${value('slug')} and p.status = 'active' and exists (
          select from listing l where l.category_id = ${NIL}::uuid and l.currency = ${currency} and l.product_id = p.id
        )
      ) as product
  `;
});

/**
 * The product that a shopper finds under a slug, in one statement. `product` is null when there is none:
 * a draft, an archived one, or one that has no price in the currency and is not shown without.
 */
export async function findProductPage(reader: Reader, query: { slug: string; currency: string }): Promise<FoundPage> {
  const [found] = await productPage(reader, query);
  return found ?? { currencyKnown: false, product: null };
}
