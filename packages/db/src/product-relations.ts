import { sql } from 'kysely';
import { cardsOf, LISTING_ORDERS, type ListedProduct } from './catalog.ts';
import { WHOLE_STORE } from './catalog-projections.ts';
import { sqlOf } from './handle.ts';
import { prepared } from './prepared.ts';
import type { Reader, Tx } from './types.ts';

export const RELATION_KINDS = ['related', 'cross_sell', 'up_sell', 'accessory', 'substitute'] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

/** The products that go with a product in one way, whatever their status, in order. */
export async function listRelations(
  reader: Reader,
  query: { productId: string },
): Promise<{ kind: RelationKind; id: string; slug: string; title: string; status: string }[]> {
  const { rows } = await sql<{ kind: RelationKind; id: string; slug: string; title: string; status: string }>`
    select r.kind, p.id, p.slug, p.title, p.status
    from product_relations r join products p on p.id = r.related_id
    where r.product_id = ${query.productId}
    order by r.kind, r.position
  `.execute(sqlOf(reader));
  return rows;
}

/** Makes these the products that go with a product in one way, in the order given. */
export async function saveRelations(
  tx: Tx,
  input: { productId: string; kind: RelationKind; relatedIds: readonly string[] },
): Promise<void> {
  const { productId, kind, relatedIds } = input;
  const kysely = sqlOf(tx);
  await sql`delete from product_relations where product_id = ${productId} and kind = ${kind}`.execute(kysely);
  await sql`
    insert into product_relations (product_id, kind, related_id, position)
    select ${productId}::uuid, ${kind}, id, n - 1 from unnest(${relatedIds}::uuid[]) with ordinality as r (id, n)
  `.execute(kysely);
}

export interface RelatedPage {
  currencyKnown: boolean;
  productKnown: boolean;
  /** Whether staff chose them; else they are the best-selling of its category. */
  chosen: boolean;
  items: ListedProduct[];
}

interface RelatedValues {
  slug: string;
  kind: RelationKind;
  currency: string;
  limit: number;
}

const relatedPage = prepared<RelatedPage, RelatedValues>((value) => {
  const currency = value('currency');
  const { by } = LISTING_ORDERS['best-selling'];
  const listed = sql`l.currency = ${currency} and l.product_id <> (select id from asked)`;
  const rows = sql`
    select * from (
      select l.product_id, l.price_minor, l.price_max_minor, 0 as key, row_number() over (order by r.position) as n
      from product_relations r
      join listing l on l.product_id = r.related_id and l.category_id = ${WHOLE_STORE}::uuid
      where r.product_id = (select id from asked) and r.kind = ${value('kind')} and ${listed}
      order by r.position limit ${value('limit')}
    ) set_by_staff
    union all
    select * from (
      select l.product_id, l.price_minor, l.price_max_minor, 0, row_number() over (order by ${by})
      from listing l
      where not (select chosen from asked) and l.category_id = (select category_id from asked) and ${listed}
      order by ${by} limit ${value('limit')}
    ) of_category
  `;
  return sql<RelatedPage>`
    with asked as (
      select p.id,
        exists (select from product_relations r where r.product_id = p.id and r.kind = ${value('kind')}) as chosen,
        (select category_id from product_categories pc where pc.product_id = p.id order by position limit 1) as category_id
      from products p
      where p.id = product_of_slug(${value('slug')}) and exists (
        select from listing l
        where l.category_id = ${WHOLE_STORE}::uuid and l.currency = ${currency} and l.product_id = p.id
      )
    ), cards as (${cardsOf({ rows, currency, limit: value('limit') })})
    select exists (select from store_currencies where code = ${currency}) as "currencyKnown",
      exists (select from asked) as "productKnown", coalesce((select chosen from asked), false) as chosen, cards.items
    from cards
  `;
});

/** What goes with a product that a shopper can see, as far as a shopper can see it; in one statement. */
export async function listRelated(reader: Reader, query: RelatedValues): Promise<RelatedPage> {
  const [page] = await relatedPage(reader, query);
  return page ?? { currencyKnown: false, productKnown: false, chosen: false, items: [] };
}
