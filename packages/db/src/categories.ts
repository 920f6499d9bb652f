import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { localeChain, translated } from './locales.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

export interface CategoryRow {
  id: string;
  parentId: string | null;
  slug: string;
  name: string;
  position: number;
  /** Root first, itself last. */
  pathIds: string[];
}

const STRUCTURE_LOCK = 7_236_402;

/**
 * Makes the transaction the only one that adds categories and attribute definitions or imports: their rows
 * refer to one another by what is there already, which no row lock protects.
 */
export async function lockCatalogStructure(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${STRUCTURE_LOCK}::bigint)`.execute(sqlOf(tx));
}

/** A category as shoppers see it in the tree. */
export type TreeRow = Pick<CategoryRow, 'id' | 'parentId' | 'slug' | 'name'>;

/** Every category, parents first and siblings in their order, in a locale; at most 20,000. */
export async function listCategoryTree(reader: Reader, query: { locale: string | null }): Promise<TreeRow[]> {
  const name = translated({ of: 'c', field: 'name', fallback: sql`c.name`, chain: sql`locale.chain` });
  const { rows } = await sql<TreeRow>`
    with locale as materialized (select ${localeChain(query.locale)} as chain)
    select c.id, c.parent_id, c.slug, ${name} as name
    from categories c cross join locale
    order by cardinality(c.path_ids), c.position, name, c.id limit 20000
  `.execute(sqlOf(reader));
  return rows;
}

/** Those with one of the names, wherever they are. */
export async function listCategoriesByName(
  reader: Reader,
  query: { names: readonly string[] },
): Promise<CategoryRow[]> {
  const { rows } = await sql<CategoryRow>`
    select id, parent_id, slug, name, position, path_ids from categories where name = any(${query.names}::text[])
  `.execute(sqlOf(reader));
  return rows;
}

/** Those with one of the ids or slugs. */
export async function listCategoriesByKey(reader: Reader, query: { keys: readonly string[] }): Promise<CategoryRow[]> {
  const { rows } = await sql<CategoryRow>`
    select id, parent_id, slug, name, position, path_ids from categories
    where slug = any(${query.keys}::text[]) or id::text = any(${query.keys}::text[])
  `.execute(sqlOf(reader));
  return rows;
}

export async function listTakenCategorySlugs(reader: Reader, query: { slugs: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ slug: string }>`
    select slug from categories where slug = any(${query.slugs}::text[])
  `.execute(sqlOf(reader));
  return rows.map((row) => row.slug);
}

/** Adds categories, parents and children in one statement. */
export async function insertCategories(tx: Tx, input: { rows: readonly CategoryRow[]; at: Date }): Promise<void> {
  await sql`
    insert into categories (id, parent_id, slug, name, position, path_ids, created_at, updated_at)
    select id, "parentId", slug, name, position,
      (select array_agg(each::uuid order by n) from jsonb_array_elements_text("pathIds") with ordinality as e (each, n)),
      ${input.at}::timestamptz, ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, "parentId" uuid, slug text, name text,
      position integer, "pathIds" jsonb)
  `.execute(sqlOf(tx));
}
