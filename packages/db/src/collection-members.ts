import { type RawBuilder, sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/**
 * Who changes products holds it shared, who changes what collections there are, or fills one, alone: a product that is
 * being changed is looked at under the rules of before or of after, never under none.
 */
const MEMBERS_LOCK = 7_236_403;

/** A rule, as it is stored: `conditions` of the slice's schema, of which all or any must hold. */
export interface CollectionRules {
  match: 'all' | 'any';
  conditions: readonly object[];
}

/** To be called before anything else is locked. */
export async function lockCollectionMembers(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MEMBERS_LOCK}::bigint)`.execute(sqlOf(tx));
}

const PARTS = sql`
  conditions as materialized (
    select s.id as set_id, c.*
    from sets s cross join lateral rows from (
      jsonb_to_recordset(s.conditions) as (
        field text, "in" jsonb, code text, currency text, min numeric, max numeric, contains text, "withinDays" integer, "atLeast" numeric
      )
    ) with ordinality as c (field, choices, code, currency, low, high, contains, days, at_least, n)
  ), wanted as materialized (
    select set_id, n, field, code, v.value
    from conditions cross join lateral jsonb_array_elements_text(choices) as v (value)
    where choices is not null
  )
`;

/**
 * The pairs of a condition `n` and one of the rows `chosen` of `products` that it holds for, and until when. What asks
 * for one of several values is joined by the value, so that the number of collections hardly matters.
 */
const HITS = sql`
  select w.set_id, w.n, p.id as product_id, null::timestamptz as until
  from chosen p
  join product_categories pc on pc.product_id = p.id
  join categories g on g.id = pc.category_id
  cross join lateral unnest(g.path_ids) as a (id)
  join wanted w on w.field = 'category' and w.value = a.id::text
  union all
  select w.set_id, w.n, p.id, null
  from wanted w
  join brands b on b.id = case w.field when 'brand' then w.value::uuid end
  join chosen p on p.brand = b.name
  union all
  select w.set_id, w.n, p.id, null
  from chosen p cross join lateral unnest(p.tags) as t (tag) join wanted w on w.field = 'tag' and w.value = t.tag
  union all
  select w.set_id, w.n, p.id, null
  from chosen p join wanted w on w.field = 'kind' and w.value = p.kind
  union all
  select c.set_id, c.n, p.id, null
  from conditions c join chosen p on p.rating_milli >= c.at_least * 1000
  where c.field = 'rating'
  union all
  select w.set_id, w.n, p.id, null
  from (select distinct code from wanted where field = 'attribute') k
  join chosen p on p.attributes ? k.code
  cross join lateral jsonb_array_elements_text(
    case jsonb_typeof(p.attributes -> k.code) when 'array' then p.attributes -> k.code
      else jsonb_build_array(p.attributes -> k.code) end
  ) as e (value)
  join wanted w on w.field = 'attribute' and w.code = k.code and w.value = e.value
  union all
  select c.set_id, c.n, p.id, null
  from conditions c join chosen p on p.attributes ? c.code
  where c.field = 'attribute' and c.choices is null
    and case when jsonb_typeof(p.attributes -> c.code) = 'number' then (p.attributes ->> c.code)::numeric
      between coalesce(c.low, '-Infinity') and coalesce(c.high, 'Infinity') end
  union all
  select c.set_id, c.n, l.product_id, null
  from (
    select p.id as product_id, r.currency, min(r.amount_minor) as lowest
    from chosen p
    join variants v on v.product_id = p.id and v.status = 'active'
    join prices r on r.variant_id = v.id
    where r.currency in (select currency from conditions where field = 'price')
    group by p.id, r.currency
  ) l
  join conditions c on c.field = 'price' and c.currency = l.currency
    and l.lowest between coalesce(c.low, 0) and coalesce(c.high, 'Infinity')
  union all
  select c.set_id, c.n, p.id, null
  from conditions c join chosen p on strpos(lower(p.title), lower(c.contains)) > 0
  where c.field = 'title'
`;

/** Ages end by themselves: `until` is when. */
const agesAt = (at: Date) => sql`
  select c.set_id, c.n, p.id, p.began + c.days * interval '24 hours'
  from conditions c
  join lateral (
    select id, case c.field when 'created' then created_at when 'published' then published_at end as began from chosen
  ) p on p.began + c.days * interval '24 hours' > ${at}::timestamptz
`;

/** Common table expressions that end in `matched (set_id, product_id, leaves_at)`. */
const matchedOf = (input: { sets: RawBuilder<unknown>; chosen: RawBuilder<unknown>; at: Date }) => sql`
  sets as materialized (
    select id, match, conditions, case match when 'all' then jsonb_array_length(conditions) else 1 end as needed
    from (${input.sets}) s
  ), ${PARTS}, chosen as materialized (
    select id, title, brand, kind, tags, rating_milli, attributes, created_at,
      greatest(published_at, publish_at) as published_at
    from products
    where status = 'active' and ${input.chosen}
  ), hits as (${HITS} union all ${agesAt(input.at)}), matched as materialized (
    select h.set_id, h.product_id,
      case when s.match = 'all' then min(h.until) when bool_and(h.until is not null) then max(h.until) end as leaves_at
    from hits h join sets s on s.id = h.set_id
    group by h.set_id, h.product_id, s.match, s.needed
    having count(distinct h.n) >= s.needed
  )
`;

/**
 * Looks at products under every rule there is and at nothing else, in the transaction that changed them: two
 * statements for any number of products and collections.
 */
export async function refreshCollectionMembers(
  tx: Tx,
  input: { productIds: readonly string[]; at: Date },
): Promise<void> {
  // A statement of its own: the next one then sees the rules that were being saved when this one had to wait.
  await sql`select pg_advisory_xact_lock_shared(${MEMBERS_LOCK}::bigint)`.execute(sqlOf(tx));
  const sets = sql`select id, match, conditions from collection_sets where conditions is not null and state <> 'retired'`;
  await saveMatched(tx, { ...input, sets });
}

/** Writes which of the products are in which of the sets. */
export async function saveMatched(
  tx: Tx,
  input: { productIds: readonly string[]; at: Date; sets: RawBuilder<unknown> },
): Promise<void> {
  const { productIds } = input;
  await sql`
    with ${matchedOf({ ...input, chosen: sql`id = any(${productIds}::uuid[])` })}, gone as (
      delete from collection_products m using sets s
      where m.set_id = s.id and m.product_id = any(${productIds}::uuid[])
        and not exists (select from matched t where t.set_id = m.set_id and t.product_id = m.product_id)
    )
    insert into collection_products (product_id, set_id, leaves_at)
    select product_id, set_id, leaves_at from matched order by product_id, set_id
    on conflict (product_id, set_id) do update set leaves_at = excluded.leaves_at
      where collection_products.leaves_at is distinct from excluded.leaves_at
  `.execute(sqlOf(tx));
}

/** Which products a rule that is not saved would choose of the whole catalog: how many, and the newest of them. */
export async function countMatching(
  reader: Reader,
  query: { rules: CollectionRules; limit: number; at: Date },
): Promise<{ count: number; items: { id: string; slug: string; title: string }[] }> {
  const { rules, limit, at } = query;
  const sets = sql`
    select gen_random_uuid() as id, ${rules.match}::text as match, ${JSON.stringify(rules.conditions)}::jsonb as conditions
  `;
  const { rows } = await sql<{ count: number; items: { id: string; slug: string; title: string }[] }>`
    with ${matchedOf({ sets, chosen: sql`true`, at })}
    select (select count(*)::int from matched) as count, (
      select coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'title', p.title)), '[]')
      from (
        select p.id, p.slug, p.title from matched m join products p on p.id = m.product_id
        order by p.published_at desc, p.id desc limit ${limit}
      ) p
    ) as items
  `.execute(sqlOf(reader));
  return rows[0] ?? { count: 0, items: [] };
}

/** Products that time has taken out of some collection, by their id. */
export async function listProductsLeaving(reader: Reader, query: { at: Date; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ productId: string }>`
    select m.product_id from collection_products m
    join collection_sets s on s.id = m.set_id and s.state <> 'retired'
    where m.leaves_at <= ${query.at}
    order by m.leaves_at limit ${query.limit}
  `.execute(sqlOf(reader));
  return [...new Set(rows.map((row) => row.productId))].sort();
}

/** Looks at products again under every rule that there is. */
export async function saveProductsLeft(tx: Tx, input: { productIds: readonly string[]; at: Date }): Promise<void> {
  await sql`
    select id from products where id = any(${input.productIds}::uuid[]) order by id for no key update
  `.execute(sqlOf(tx));
  await refreshCollectionMembers(tx, input);
}
