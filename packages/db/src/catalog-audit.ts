import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader } from './types.ts';

/** Something that must never be: `thing` is `<kind>:<id>`. */
export interface Fault {
  thing: string;
  fault: string;
}

/**
 * What is wrong with the tree of categories, at most a thousand faults: a category that no root leads to (a cycle), a
 * path that is not the way from the root, one that is too deep, and a slug that leads to two places.
 */
export async function listCategoryFaults(reader: Reader): Promise<Fault[]> {
  const { rows } = await sql<Fault>`
    with recursive walked as (
      select id, array[id] as path from categories where parent_id is null
      union all
      select c.id, w.path || c.id from categories c join walked w on c.parent_id = w.id
      where not c.id = any(w.path)
    )
    select 'category:' || c.id as thing,
      case when w.id is null then 'no root leads to it' else 'its path is not the way from the root' end as fault
    from categories c left join walked w on w.id = c.id
    where w.id is null or w.path <> c.path_ids
    union all
    select 'category:' || id, 'it is more than 20 deep' from walked where cardinality(path) > 20
    union all
    select 'category:' || s.category_id, 'its former slug is the slug of another' from category_slugs s
    join categories c on c.slug = s.slug
    limit 1000
  `.execute(sqlOf(reader));
  return rows;
}

/** Active products that are not listed under exactly their categories and those above, at most a thousand. */
export async function listListingFaults(reader: Reader): Promise<Fault[]> {
  const { rows } = await sql<Fault>`
    with listed as (
      select product_id, array_agg(distinct category_id order by category_id) as ids from listing
      where category_id <> '00000000-0000-0000-0000-000000000000' group by product_id
    ), placed as (
      select pc.product_id, array_agg(distinct a.id order by a.id) as ids
      from product_categories pc join categories c on c.id = pc.category_id cross join unnest(c.path_ids) as a (id)
      group by pc.product_id
    )
    select 'product:' || p.product_id as thing, 'it is not listed where it is placed' as fault
    from (select distinct product_id from listing) p
    left join listed l on l.product_id = p.product_id
    left join placed on placed.product_id = p.product_id
    where l.ids is distinct from placed.ids
    limit 1000
  `.execute(sqlOf(reader));
  return rows;
}
