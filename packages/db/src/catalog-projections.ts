import { sql } from 'kysely';
import { refreshCollectionMembers } from './collection-members.ts';
import { sqlOf } from './handle.ts';
import { insertPendingDocuments, saveSearchDocuments } from './search-documents.ts';
import type { Tx } from './types.ts';

/** The category of `listing` that stands for the whole store. */
export const WHOLE_STORE = '00000000-0000-0000-0000-000000000000';

/**
 * Writes `listing` and `search_documents` of products anew from their rows, in the transaction that changed them.
 * `isNew` says that none of them has been listed before; `at` is the instant of the change, by which what depends on
 * time is decided. `searchLater` leaves the search documents to the worker, which is sooner done with many at once.
 */
export async function refreshProjections(
  tx: Tx,
  input: { productIds: readonly string[]; at: Date; isNew?: boolean; searchLater?: boolean },
): Promise<void> {
  const { productIds, at, isNew = false, searchLater = false } = input;
  if (productIds.length === 0) return;
  if (!isNew) {
    await sql`delete from listing where product_id = any(${productIds}::uuid[])`.execute(sqlOf(tx));
  }
  await refreshCollectionMembers(tx, { productIds, at });
  await insertListing(tx, { productIds, at });
  if (searchLater) await insertPendingDocuments(tx, { productIds });
  else await saveSearchDocuments(tx, { productIds, at });
}

/** Locks products whose projections are to be written although they have not changed; those that are gone are left out. */
export async function lockForRefresh(tx: Tx, input: { productIds: readonly string[] }): Promise<void> {
  await sql`
    select from products where id = any(${input.productIds}::uuid[]) order by id for no key update
  `.execute(sqlOf(tx));
}

async function insertListing(tx: Tx, input: { productIds: readonly string[]; at: Date }): Promise<void> {
  const { productIds, at } = input;
  await sql`
    with chosen as (
      select id, title, greatest(published_at, publish_at) as published_at, show_unpriced,
        coalesce(rating_milli * 1000000000::bigint + least(rating_count, 999999999), 0) as rating
      from products
      where id = any(${productIds}::uuid[]) and is_published(status, publish_at, unpublish_at, ${at}::timestamptz)
    ), priced as (
      select c.id, p.currency, min(p.amount_minor) as lowest, max(p.amount_minor) as highest
      from chosen c
      join variants v on v.product_id = c.id and v.status = 'active'
      join prices p on p.variant_id = v.id
      group by c.id, p.currency
    ), offered as (
      select c.id, c.title, c.published_at, s.code as currency, p.lowest, p.highest, c.rating,
        coalesce(n.units, 0) as units
      from chosen c
      cross join store_currencies s
      left join priced p on p.id = c.id and p.currency = s.code
      left join product_sales n on n.product_id = c.id
      where p.lowest is not null or c.show_unpriced
    ), placed as (
      select id, ${WHOLE_STORE}::uuid as category_id from chosen
      union
      select c.id, unnest(g.path_ids)
      from chosen c
      join product_categories pc on pc.product_id = c.id
      join categories g on g.id = pc.category_id
    )
    insert into listing (category_id, currency, product_id, price_minor, price_max_minor, sort_price, sort_title,
      published_at, sort_rating, units_sold)
    select placed.category_id, o.currency, o.id, o.lowest, o.highest, coalesce(o.lowest, 9007199254740991),
      left(lower(o.title), 170), o.published_at, o.rating, o.units
    from offered o
    join placed on placed.id = o.id
  `.execute(sqlOf(tx));
}
