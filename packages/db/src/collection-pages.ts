import { type RawBuilder, sql } from 'kysely';
import {
  CARDS,
  type Cards,
  cardsOf,
  LISTING_ORDERS,
  type ListingKey,
  type ListingSort,
  type Order,
} from './catalog.ts';
import { WHOLE_STORE } from './catalog-projections.ts';
import { localeChain } from './locales.ts';
import { prepared } from './prepared.ts';
import type { Reader } from './types.ts';

export interface CollectionPage extends Cards {
  currencyKnown: boolean;
  collectionKnown: boolean;
}

interface PageValues {
  locale: string | null;
  collectionSlug: string;
  currency: string;
  limit: number;
  limitAndOne: number;
  afterKey: string | number;
  afterId: string;
}

type Value = (name: keyof PageValues) => unknown;

/**
 * Up to so many products of a collection are all read and sorted. Of more, the store's own list is gone through in its
 * order instead, leaving out what is not in the collection: with so many in it a page is found soon.
 */
const SORTED_PRODUCTS = 2000;

/** The order that staff gave a manual collection. */
const MANUAL: Order = {
  by: sql`m.position, m.product_id`,
  after: ([position, id]) => sql`(m.position, m.product_id) > (${position}::integer, ${id}::uuid)`,
  key: sql`m.position`,
  first: [-1, WHOLE_STORE],
};

const inStore = (value: Value) =>
  sql`l.category_id = ${sql.lit(WHOLE_STORE)}::uuid and l.currency = ${value('currency')}`;

/** From the products of the collection to their place in the store, one by one: `limit 1` keeps it so. */
const fromCollection = (value: Value, { by, key, after }: Order): RawBuilder<unknown> => sql`
  select l.product_id, l.price_minor, l.price_max_minor, ${key} as key, row_number() over (order by ${by}) as n
  from collection_products m
  cross join lateral (select * from listing l where l.product_id = m.product_id and ${inStore(value)} limit 1) l
  where not (select large from scope) and m.set_id = (select set_id from scope)
    and ${after([value('afterKey'), value('afterId')])}
  order by ${by} limit ${value('limitAndOne')}
`;

/** From the store's list, in its order, to whether the collection has the product. */
const fromStore = (value: Value, { by, key, after }: Order): RawBuilder<unknown> => sql`
  select l.product_id, l.price_minor, l.price_max_minor, ${key} as key, row_number() over (order by ${by}) as n
  from listing l
  where (select large from scope) and ${inStore(value)} and ${after([value('afterKey'), value('afterId')])}
    and (
      select true from collection_products m
      where m.product_id = l.product_id and m.set_id = (select set_id from scope)
    )
  order by ${by} limit ${value('limitAndOne')}
`;

const pageBy = (order: Order) =>
  prepared<CollectionPage, PageValues>((value) => {
    const manual = order === MANUAL;
    const rows = manual
      ? fromCollection(value, order)
      : sql`(${fromCollection(value, order)}) union all (${fromStore(value, order)})`;
    const size = sql`select from collection_products m where m.set_id = s.id limit ${sql.lit(SORTED_PRODUCTS + 1)}`;
    const large = manual ? sql`false` : sql`(select count(*) from (${size}) counted) > ${sql.lit(SORTED_PRODUCTS)}`;
    const chain = sql`(select chain from locale)`;
    const cards = cardsOf({ rows, currency: value('currency'), limit: value('limit'), chain });
    return sql<CollectionPage>`
      with scope as materialized (
        -- Without a set it is being filled for the first time.
        select s.id as set_id, ${large} as large
        from collections c
        left join collection_sets s on s.collection_id = c.id and s.state = 'live'
        where c.slug = ${value('collectionSlug')} and c.status = 'active' ${manual ? sql`and c.kind = 'manual'` : sql``}
      ), locale as materialized (select ${localeChain(value('locale'))} as chain), cards as (${cards})
      select exists (select from store_currencies where code = ${value('currency')}) as "currencyKnown",
        exists (select from scope) as "collectionKnown", ${CARDS}
      from cards
    `;
  });

const PAGES = {
  newest: pageBy(LISTING_ORDERS.newest),
  price: pageBy(LISTING_ORDERS.price),
  '-price': pageBy(LISTING_ORDERS['-price']),
  name: pageBy(LISTING_ORDERS.name),
  rating: pageBy(LISTING_ORDERS.rating),
  'best-selling': pageBy(LISTING_ORDERS['best-selling']),
  manual: pageBy(MANUAL),
} satisfies Record<ListingSort | 'manual', unknown>;

/**
 * One page of what a shopper may see of a collection that is active, in one statement. Only one whose products are
 * chosen by hand has the order `manual`.
 */
export async function listCollectionPage(
  reader: Reader,
  query: {
    collectionSlug: string;
    currency: string;
    sort: ListingSort | 'manual';
    limit: number;
    after?: ListingKey;
    /** Of the titles; null asks for the store's default. */
    locale: string | null;
  },
): Promise<CollectionPage> {
  const { collectionSlug, currency, sort, limit, locale } = query;
  const [afterKey, afterId] = query.after ?? (sort === 'manual' ? MANUAL : LISTING_ORDERS[sort]).first;
  const values = { locale, collectionSlug, currency, limit, limitAndOne: limit + 1, afterKey, afterId };
  const [page] = await PAGES[sort](reader, values);
  if (page === undefined) throw new Error('A page of a collection is always one row.');
  return page;
}
