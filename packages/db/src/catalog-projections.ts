import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Tx } from './types.ts';

/** The category of `listing` that stands for the whole store. */
export const WHOLE_STORE = '00000000-0000-0000-0000-000000000000';

// Longer values are prose, which nobody filters by. A brand is always a facet.
const FACET_VALUE_LENGTH = 60;

/** What full-text search reads of a description and of all attributes together. */
const INDEXED_CHARACTERS = 4000;

/**
 * Writes `listing` and `search_documents` of products anew from their rows, in the transaction that changed them.
 * `isNew` says that none of them has been listed before; `at` is the instant of the change, by which what depends on
 * time is decided.
 */
export async function refreshProjections(
  tx: Tx,
  input: { productIds: readonly string[]; at: Date; isNew?: boolean },
): Promise<void> {
  const { productIds, isNew = false } = input;
  if (productIds.length === 0) return;
  if (!isNew) {
    await sql`delete from listing where product_id = any(${productIds}::uuid[])`.execute(sqlOf(tx));
  }
  await insertListing(tx, productIds);
  await insertFacetValues(tx, productIds);
  await saveSearchDocuments(tx, productIds);
}

/** Locks products whose projections are to be written although they have not changed; those that are gone are left out. */
export async function lockForRefresh(tx: Tx, input: { productIds: readonly string[] }): Promise<void> {
  await sql`
    select from products where id = any(${input.productIds}::uuid[]) order by id for no key update
  `.execute(sqlOf(tx));
}

async function insertListing(tx: Tx, productIds: readonly string[]): Promise<void> {
  await sql`
    with chosen as (
      select id, title, published_at, show_unpriced from products
      where id = any(${productIds}::uuid[]) and status = 'active'
    ), priced as (
      select c.id, p.currency, min(p.amount_minor) as lowest, max(p.amount_minor) as highest
      from chosen c
      join variants v on v.product_id = c.id and v.status = 'active'
      join prices p on p.variant_id = v.id
      group by c.id, p.currency
    ), offered as (
      select c.id, c.title, c.published_at, s.code as currency, p.lowest, p.highest
      from chosen c
      cross join store_currencies s
      left join priced p on p.id = c.id and p.currency = s.code
      where p.lowest is not null or c.show_unpriced
    ), placed as (
      select id, ${WHOLE_STORE}::uuid as category_id from chosen
      union
      select c.id, unnest(g.path_ids)
      from chosen c
      join product_categories pc on pc.product_id = c.id
      join categories g on g.id = pc.category_id
    )
    insert into listing (category_id, currency, product_id, price_minor, price_max_minor, sort_price, sort_title, published_at)
    select placed.category_id, o.currency, o.id, o.lowest, o.highest, coalesce(o.lowest, 9007199254740991),
      left(lower(o.title), 170), o.published_at
    from offered o
    join placed on placed.id = o.id
  `.execute(sqlOf(tx));
}

/** The (attribute, value) pairs of products by which a shopper can filter. */
function facetsOf(productIds: readonly string[]) {
  return sql`
    select p.id as product_id, a.code, v.value
    from products p
    cross join jsonb_each(p.attributes) as e (code, content)
    join attributes a on a.code = e.code
    left join product_attribute_flags(${productIds}::uuid[]) o on o.product_id = p.id and o.attribute_id = a.id
    cross join jsonb_array_elements_text(
      case jsonb_typeof(e.content) when 'array' then e.content else jsonb_build_array(e.content) end
    ) as v (value)
    where p.id = any(${productIds}::uuid[]) and coalesce(o.filterable, a.filterable)
      and length(v.value) between 1 and ${sql.lit(FACET_VALUE_LENGTH)}
    union
    select id, 'brand', brand from products where id = any(${productIds}::uuid[]) and brand is not null
  `;
}

/** Adds the pairs that are new. Ordered, so that two transactions that add the same ones cannot block each other. */
async function insertFacetValues(tx: Tx, productIds: readonly string[]): Promise<void> {
  await sql`
    insert into facet_values (attribute_code, value)
    select distinct f.code, f.value from (${facetsOf(productIds)}) f
    where not exists (select from facet_values v where v.attribute_code = f.code and v.value = f.value)
    order by f.code, f.value
    on conflict do nothing
  `.execute(sqlOf(tx));
}

async function saveSearchDocuments(tx: Tx, productIds: readonly string[]): Promise<void> {
  const characters = sql.lit(INDEXED_CHARACTERS);
  await sql`
    with facets as (
      select f.product_id, array_agg(v.id order by v.id) as ids
      from (${facetsOf(productIds)}) f
      join facet_values v on v.attribute_code = f.code and v.value = f.value
      group by f.product_id
    ), attribute_texts as (
      select p.id as product_id,
        -- A true attribute is found by its name, e.g. "touchscreen".
        string_agg(case e.content when 'true' then a.name else e.content #>> '{}' end, ' . ') as text
      from products p
      cross join jsonb_each(p.attributes) as e (code, content)
      join attributes a on a.code = e.code
      left join product_attribute_flags(${productIds}::uuid[]) o on o.product_id = p.id and o.attribute_id = a.id
      where p.id = any(${productIds}::uuid[]) and coalesce(o.searchable, a.searchable) and e.content <> 'false'
      group by p.id
    ), category_names as (
      select pc.product_id, string_agg(distinct a.name, ' . ') as text
      from product_categories pc
      join categories c on c.id = pc.category_id
      join categories a on a.id = any(c.path_ids)
      where pc.product_id = any(${productIds}::uuid[])
      group by pc.product_id
    ), skus as (
      select product_id, string_agg(concat_ws(' ', sku, barcode), ' ') as text
      from variants where product_id = any(${productIds}::uuid[]) and status = 'active'
      group by product_id
    )
    insert into search_documents (product_id, document, facet_ids)
    select p.id,
      -- The parser drops HTML tags and entities by itself.
      setweight(to_tsvector('store_english', p.title), 'A')
        || setweight(to_tsvector('store_english', concat_ws(' . ', p.brand, n.text, s.text)), 'B')
        || setweight(to_tsvector('store_english', left(coalesce(t.text, ''), ${characters})), 'C')
        || setweight(to_tsvector('store_english', left(p.description, ${characters})), 'D'),
      coalesce(f.ids, '{}')
    from products p
    left join facets f on f.product_id = p.id
    left join attribute_texts t on t.product_id = p.id
    left join category_names n on n.product_id = p.id
    left join skus s on s.product_id = p.id
    where p.id = any(${productIds}::uuid[])
    on conflict (product_id) do update set document = excluded.document, facet_ids = excluded.facet_ids
  `.execute(sqlOf(tx));
}
