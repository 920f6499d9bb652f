import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

/** Documents of another formula are written anew by {@link saveOutdatedDocuments}. */
const FORMULA = 1;

// Longer values are prose, which nobody filters by. A brand is always a facet.
const FACET_VALUE_LENGTH = 60;

/** What search reads of a description and of all attributes together. */
const INDEXED_CHARACTERS = 4000;

/** What a category is called among facets; its values are ids. */
export const CATEGORY_FACET = 'category';
const BRAND_FACET = 'brand';

/** What stands for brand and category among the numbers of attributes. */
export const BRAND_NUMBER = 2_000_000_001;
export const CATEGORY_NUMBER = 2_000_000_002;

/** The averages of a store that has not been counted yet, in words. */
const FIRST_AVERAGES = { title: 12, brand: 1.5, category: 6, attributes: 25, description: 60 };

/** The (attribute, value) pairs of products by which a shopper can filter; categories with those above them. */
function facetsOf(productIds: readonly string[]) {
  return sql`
    select p.id as product_id, a.id as attribute, a.code, v.value
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
    select id, ${sql.lit(BRAND_NUMBER)}, ${sql.lit(BRAND_FACET)}, brand from products where id = any(${productIds}::uuid[]) and brand is not null
    union
    select pc.product_id, ${sql.lit(CATEGORY_NUMBER)}, ${sql.lit(CATEGORY_FACET)}, g.id::text
    from product_categories pc
    join categories c on c.id = pc.category_id
    cross join unnest(c.path_ids) as g (id)
    where pc.product_id = any(${productIds}::uuid[])
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

/**
 * Writes the search documents of products anew from their rows, one in each locale.
 *
 * A word of title, brand, category or SKU has a weight: BM25F without the document frequency (Robertson, Zaragoza,
 * Taylor, "Simple BM25 extension to multiple weighted fields", 2004), each field by its own length normalisation:
 * title 3 (b 0.5), brand 3 (0.2), SKU 3 (0), category 1 (0.6, only of words that the title lacks), and what attributes
 * (0.3, 1) and description (0.5, 0.6) add to it. Kept as 1023 w / (w + 1), the saturation of BM25 with
 * k1 = 1. The weights were chosen by nDCG@10 on two
 * catalogs (docs/adr/0019-search.md).
 */
export async function saveSearchDocuments(tx: Tx, input: { productIds: readonly string[]; at: Date }): Promise<void> {
  const { productIds, at } = input;
  await insertFacetValues(tx, productIds);
  const characters = sql.lit(INDEXED_CHARACTERS);
  const average = (field: keyof typeof FIRST_AVERAGES) =>
    sql`coalesce(s.${sql.ref(field)}, ${sql.lit(FIRST_AVERAGES[field])})`;
  const { rows } = await sql<SearchWord>`
    with chosen as (
      select p.id, p.title, p.description, p.brand, p.attributes, p.show_unpriced, p.published_at,
        l.code as locale, search_config(l.code) as config, locale_chain(l.code) as chain, p.translations, p.rating_milli,
        is_published(p.status, p.publish_at, p.unpublish_at, ${at}::timestamptz) as visible
      from products p cross join store_locales l
      where p.id = any(${productIds}::uuid[])
    ), facets as (
      select n.product_id, count(*)::int + count(*) filter (where n.first)::int as n,
        string_agg(case when n.first then int4send(-n.attribute) else '' end || int4send(n.id), '' order by n.attribute, n.id)
          as packed
      from (
        select f.product_id, v.id, f.attribute,
          row_number() over (partition by f.product_id, f.attribute order by v.id) = 1 as first
        from (${facetsOf(productIds)}) f
        join facet_values v on v.attribute_code = f.code and v.value = f.value
      ) n
      group by n.product_id
    ), attribute_texts as (
      select p.id as product_id, p.locale,
        -- A true attribute is found by its name, e.g. "touchscreen".
        string_agg(case e.content when 'true' then translated(a.translations, p.chain, 'name', a.name)
          else coalesce(o.label, e.content #>> '{}') end, ' . ') as text
      from chosen p
      cross join jsonb_each(p.attributes) as e (code, content)
      join attributes a on a.code = e.code
      left join product_attribute_flags(${productIds}::uuid[]) g on g.product_id = p.id and g.attribute_id = a.id
      left join lateral (
        select string_agg(translated(x.translations, p.chain, 'label', x.label), ' . ') as label
        from attribute_options x
        where x.attribute_id = a.id and (e.content = to_jsonb(x.code) or e.content ? x.code)
      ) o on a.type in ('enum', 'multi-enum', 'color')
      where coalesce(g.searchable, a.searchable) and e.content <> 'false'
      group by p.id, p.locale
    ), category_names as (
      select p.id as product_id, p.locale,
        string_agg(distinct translated(a.translations, p.chain, 'name', a.name), ' . ') as text
      from (
        select pc.product_id, g.id from product_categories pc
        join categories c on c.id = pc.category_id
        cross join unnest(c.path_ids) as g (id)
        where pc.product_id = any(${productIds}::uuid[])
      ) pc
      join categories a on a.id = pc.id
      join chosen p on p.id = pc.product_id
      group by p.id, p.locale
    ), skus as (
      select product_id, string_agg(concat_ws(' ', sku, barcode), ' . ') as text
      from variants where product_id = any(${productIds}::uuid[]) and status = 'active'
      group by product_id
    ), prices as (
      select p.id as product_id, array_agg(m.lowest order by c.position) as lowest
      from (select distinct id from chosen) p
      cross join store_currencies c
      left join lateral (
        select min(x.amount_minor) as lowest from variants v join prices x on x.variant_id = v.id
        where v.product_id = p.id and v.status = 'active' and x.currency = c.code
      ) m on true
      group by p.id
    ), texts as materialized (
      select c.id, c.locale, c.config, search_text(translated(c.translations, c.chain, 'title', c.title)) as raw_title,
        to_tsvector(c.config, search_text(translated(c.translations, c.chain, 'title', c.title))) as title,
        to_tsvector(c.config, search_text(coalesce(c.brand, ''))) as brand,
        to_tsvector(c.config, search_text(coalesce(n.text, ''))) as category,
        to_tsvector('store_simple', search_text(coalesce(s.text, '')))
          || to_tsvector(c.config, coalesce(search_spellings(concat_ws(' . ', c.title, left(s.text, 2000))), '')) as sku,
        to_tsvector(c.config, search_text(left(coalesce(t.text, ''), ${characters}))) as attributes,
        -- The parser drops HTML tags and entities by itself.
        to_tsvector(c.config, search_text(left(
          translated(c.translations, c.chain, 'description', c.description), ${characters}))) as description
      from chosen c
      left join attribute_texts t on t.product_id = c.id and t.locale = c.locale
      left join category_names n on n.product_id = c.id and n.locale = c.locale
      left join skus s on s.product_id = c.id
    ), heads as (
      select t.id, t.locale, h.lexeme, sum(h.n) filter (where h.field = 't') as title,
        sum(h.n) filter (where h.field = 'b') as brand, sum(h.n) filter (where h.field = 'c') as category,
        sum(h.n) filter (where h.field = 's') as sku
      from texts t
      cross join lateral (
        select lexeme, cardinality(positions) as n, 't' as field from unnest(t.title)
        union all select lexeme, cardinality(positions), 'b' from unnest(t.brand)
        union all select lexeme, cardinality(positions), 'c' from unnest(t.category)
        union all select lexeme, 1, 's' from unnest(t.sku)
      ) h
      group by t.id, t.locale, h.lexeme
    ), others as materialized (
      select t.id, t.locale, e.lexeme, e.attributes, e.description
      from texts t
      cross join lateral (
        select lexeme, cardinality(positions) as attributes, null::integer as description from unnest(t.attributes)
        union all select lexeme, null, cardinality(positions) from unnest(t.description)
      ) e
    ), elsewhere as (
      select h.id, h.locale, h.lexeme, max(o.attributes) as attributes, max(o.description) as description
      from heads h
      join others o on o.id = h.id and o.locale = h.locale and o.lexeme = h.lexeme
      group by h.id, h.locale, h.lexeme
    ), words as (
      select h.id, h.locale, count(*) filter (where h.title > 0 or h.brand > 0)::int as named, count(*)::int as n,
        string_agg(int4send((search_word(h.lexeme) << 10) | round(1023 * (1 - 1 / (1 +
          coalesce(3.0::float8 * h.title / (0.5 + 0.5 * length(t.title) / ${average('title')}), 0)
          + coalesce(3.0::float8 * h.brand / (0.8 + 0.2 * length(t.brand) / ${average('brand')}), 0)
          + case when h.title is null
            then coalesce(1.0::float8 * h.category / (0.4 + 0.6 * length(t.category) / ${average('category')}), 0) else 0 end
          + coalesce(3.0::float8 * least(h.sku, 1), 0)
          + coalesce(0.3::float8 * e.attributes / (length(t.attributes) / ${average('attributes')}), 0)
          + coalesce(0.5::float8 * e.description / (0.4 + 0.6 * length(t.description) / ${average('description')}), 0)
        )))::int), '' order by (h.title > 0 or h.brand > 0) is not true) as packed
      from heads h
      join texts t on t.id = h.id and t.locale = h.locale
      left join elsewhere e on e.id = h.id and e.locale = h.locale and e.lexeme = h.lexeme
      left join search_statistics s on s.locale = h.locale
      group by h.id, h.locale
    ), saved as (
      insert into search_documents (product_id, locale, formula, visible, show_unpriced, prices, packed, in_stock,
        rating_milli, sold, document)
      select c.id, c.locale, ${sql.lit(FORMULA)}, c.visible, c.show_unpriced, coalesce(p.lowest, '{}'),
        int4send(extract(epoch from coalesce(c.published_at, 'epoch'))::int) || int4send(coalesce(w.named, 0))
          || int4send(coalesce(w.n, 0)) || int4send(coalesce(f.n, 0)) || coalesce(w.packed, '') || coalesce(f.packed, ''),
        product_in_stock(c.id), c.rating_milli, units_sold(c.id),
        setweight(t.title, 'A') || setweight(t.brand || t.category || t.sku, 'B') || setweight(t.attributes, 'C')
          || setweight(t.description, 'D')
      from chosen c
      join texts t on t.id = c.id and t.locale = c.locale
      left join words w on w.id = c.id and w.locale = c.locale
      left join facets f on f.product_id = c.id
      left join prices p on p.product_id = c.id
      order by c.id, c.locale
      on conflict (product_id, locale) do update set formula = excluded.formula, visible = excluded.visible,
        show_unpriced = excluded.show_unpriced, prices = excluded.prices, packed = excluded.packed,
        in_stock = excluded.in_stock, rating_milli = excluded.rating_milli, sold = excluded.sold,
        document = excluded.document
    )
    select distinct h.locale, h.lexeme as stem from heads h
    where length(h.lexeme) between 2 and 40
      and not exists (select from search_words w where w.locale = h.locale and w.stem = h.lexeme)
  `.execute(sqlOf(tx));
  await insertSearchWords(tx, rows);
}

/** {@link saveSearchDocuments} of products that have not changed: locked, so that no change meanwhile is overwritten. */
export async function saveSearchDocumentsAnew(
  tx: Tx,
  input: { productIds: readonly string[]; at: Date },
): Promise<void> {
  await sql`
    select from products where id = any(${input.productIds}::uuid[]) order by id for no key update
  `.execute(sqlOf(tx));
  await saveSearchDocuments(tx, input);
}

/** Leaves the documents of products to the worker. */
export async function insertPendingDocuments(tx: Tx, input: { productIds: readonly string[] }): Promise<void> {
  await sql`insert into search_pending select unnest(${input.productIds}::uuid[])`.execute(sqlOf(tx));
}

/** Writes the documents of at most `limit` products that were left to the worker. Answers which ones they were. */
export async function savePendingDocuments(tx: Tx, input: { limit: number; at: Date }): Promise<string[]> {
  const kysely = sqlOf(tx);
  const { rows } = await sql<{ productId: string }>`
    with taken as (
      delete from search_pending where ctid = any(array(
        select ctid from search_pending limit ${input.limit} for update skip locked
      )) returning product_id
    )
    select distinct product_id from taken order by product_id
  `.execute(kysely);
  const productIds = rows.map((row) => row.productId);
  if (productIds.length === 0) return [];
  // The documents are written with the stock of this moment.
  await sql`delete from search_changes where product_id = any(${productIds}::uuid[])`.execute(kysely);
  await saveSearchDocumentsAnew(tx, { productIds, at: input.at });
  return productIds;
}

/** Whether a batch of an import that is not finished came in since an instant. */
export async function isImporting(reader: Reader, query: { since: Date }): Promise<boolean> {
  const { rows } = await sql<{ importing: boolean }>`
    select exists (
      select from import_jobs j join import_batches b on b.job_id = j.id
      where j.status = 'running' and b.created_at > ${query.since}
    ) as importing
  `.execute(sqlOf(reader));
  return rows[0]?.importing ?? false;
}

interface SearchWord {
  locale: string;
  stem: string;
}

async function insertSearchWords(tx: Tx, rows: readonly SearchWord[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into search_words (locale, stem, documents)
    select locale, stem, 1 from jsonb_to_recordset(${recordset(rows)}) as r (locale text, stem text)
    order by locale, stem
    on conflict do nothing
  `.execute(sqlOf(tx));
}

/** Products whose documents are missing in a locale or written by another formula, in order of id. */
export async function listOutdatedDocuments(
  reader: Reader,
  query: { after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select p.id from products p
    where p.id > ${query.after}::uuid and (select count(*) from store_locales) > (
      select count(*) from search_documents d where d.product_id = p.id and d.formula = ${sql.lit(FORMULA)}
    )
    order by p.id limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}

/** Every product after one, in order of id: a rebuild goes through them in batches. */
export async function listProductIds(reader: Reader, query: { after: string; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from products where id > ${query.after}::uuid order by id limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}

/** Takes out at most `limit` products that have changed in stock, rating or sales, and writes what search shows of them. */
export async function saveSearchChanges(tx: Tx, query: { limit: number }): Promise<string[]> {
  const { rows } = await sql<{ productId: string }>`
    with taken as (
      delete from search_changes where ctid = any(array(
        select ctid from search_changes limit ${query.limit} for update skip locked
      )) returning product_id
    )
    select distinct product_id from taken order by product_id
  `.execute(sqlOf(tx));
  const ids = rows.map(({ productId }) => productId);
  if (ids.length === 0) return [];
  // A statement of its own: what was committed before the change was taken out is seen.
  await sql`
    update search_documents d set in_stock = product_in_stock(d.product_id), rating_milli = p.rating_milli,
      sold = units_sold(d.product_id)
    from products p where p.id = d.product_id and p.id = any(${ids}::uuid[])
  `.execute(sqlOf(tx));
  return ids;
}

/** Whether so many documents have come or gone since the last count that it no longer holds. */
export async function isStatisticsStale(reader: Reader): Promise<boolean> {
  const { rows } = await sql<{ stale: boolean }>`
    select coalesce(bool_or(abs(d.documents - coalesce(s.documents, 0)) > 0.05 * coalesce(s.documents, 0)), false) as stale
    from store_locales l
    cross join lateral (select count(*) as documents from search_documents where locale = l.code) d
    left join search_statistics s on s.locale = l.code
  `.execute(sqlOf(reader));
  return rows[0]?.stale ?? false;
}

/** How far averages may drift, as a share, before every document is weighed anew. */
const DRIFT = 0.1;

/**
 * Counts words and lengths of fields anew. True when the averages have moved so far that documents are to be weighed
 * anew. Reads every document once; a fifth of a second for every thousand.
 */
export async function saveSearchStatistics(tx: Tx, input: { at: Date }): Promise<boolean> {
  const kysely = sqlOf(tx);
  await sql`set local statement_timeout = '15min'`.execute(kysely);
  const { rows: locales } = await sql<{ locale: string }>`select code as locale from store_locales`.execute(kysely);
  let moved = false;
  for (const { locale } of locales) {
    const source = `select document from search_documents where locale = '${locale.replaceAll("'", "''")}'`;
    await sql`
      insert into search_words (locale, stem, documents)
      select ${locale}, word, ndoc from ts_stat(${source}) where length(word) between 2 and 40
      on conflict (locale, stem) do update set documents = excluded.documents
        where search_words.documents <> excluded.documents
    `.execute(kysely);
    const { rows } = await sql<{ moved: boolean }>`
      with averages as (
        select count(*)::int as documents, avg(length(ts_filter(document, '{a}'))) as title,
          avg(length(ts_filter(document, '{b}'))) as others, avg(length(ts_filter(document, '{c}'))) as attributes,
          avg(length(ts_filter(document, '{d}'))) as description
        from search_documents where locale = ${locale}
      ), saved as (
        insert into search_statistics (locale, documents, title, brand, category, attributes, description, counted_at)
        select ${locale}, documents, greatest(title, 1), 1.5, greatest(others - 4, 1), greatest(attributes, 1),
          greatest(description, 1), ${input.at}
        from averages where documents > 0
        on conflict (locale) do update set documents = excluded.documents, title = excluded.title,
          brand = excluded.brand, category = excluded.category, attributes = excluded.attributes,
          description = excluded.description, counted_at = excluded.counted_at
        returning title, category, attributes, description
      )
      select coalesce(bool_or(
        abs(n.title / o.title - 1) > ${DRIFT} or abs(n.attributes / o.attributes - 1) > ${DRIFT}
        or abs(n.description / o.description - 1) > ${DRIFT} or abs(n.category / o.category - 1) > ${DRIFT}
      ), true) as moved
      from saved n left join search_statistics o on o.locale = ${locale}
    `.execute(kysely);
    moved ||= rows[0]?.moved ?? false;
  }
  return moved;
}
