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
 * Makes the transaction the only one that adds, moves or removes categories and attribute definitions, changes the
 * locales, or imports: their rows refer to one another by what is there already, which no row lock protects.
 * To be taken before anything else is locked.
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

/** Whether a key can be an id: looked for as one, it is found by the index. A slug can look like one too. */
export const isId = (key: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key);

/** Those with one of the ids or slugs. */
export async function listCategoriesByKey(reader: Reader, query: { keys: readonly string[] }): Promise<CategoryRow[]> {
  const { rows } = await sql<CategoryRow>`
    select id, parent_id, slug, name, position, path_ids from categories
    where slug = any(${query.keys}::text[]) or id = any(${query.keys.filter(isId)}::uuid[])
  `.execute(sqlOf(reader));
  return rows;
}

/** What is directly below a category, or the roots, in order. */
export async function listChildren(reader: Reader, query: { parentId: string | null }): Promise<CategoryRow[]> {
  const { rows } = await sql<CategoryRow>`
    select id, parent_id, slug, name, position, path_ids from categories
    where parent_id is not distinct from ${query.parentId}::uuid
    order by position, name, id limit 20000
  `.execute(sqlOf(reader));
  return rows;
}

/** Which of the slugs a category has; with `former`, or had. */
export async function listTakenCategorySlugs(
  reader: Reader,
  query: { slugs: readonly string[]; former: boolean },
): Promise<string[]> {
  const { rows } = await sql<{ slug: string }>`
    select slug from categories where slug = any(${query.slugs}::text[])
    union select slug from category_slugs where ${query.former} and slug = any(${query.slugs}::text[])
  `.execute(sqlOf(reader));
  return rows.map((row) => row.slug);
}

/** A category to be added; the last two are of one that comes from a taxonomy file. */
export interface NewCategory extends CategoryRow {
  externalId?: string;
  translations?: Texts;
}

type Texts = Record<string, Record<string, string>>;

/** Adds categories, parents and children in one statement. A former slug that one of them takes is its own from now on. */
export async function insertCategories(tx: Tx, input: { rows: readonly NewCategory[]; at: Date }): Promise<void> {
  await deleteFormerSlugs(tx, { slugs: input.rows.map(({ slug }) => slug) });
  await sql`
    insert into categories (id, parent_id, slug, name, position, path_ids, external_id, translations, created_at,
      updated_at)
    select id, "parentId", slug, name, position,
      (select array_agg(each::uuid order by n) from jsonb_array_elements_text("pathIds") with ordinality as e (each, n)),
      "externalId", coalesce(translations, '{}'), ${input.at}::timestamptz, ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, "parentId" uuid, slug text, name text,
      position integer, "pathIds" jsonb, "externalId" text, translations jsonb)
  `.execute(sqlOf(tx));
}

async function deleteFormerSlugs(tx: Tx, input: { slugs: readonly string[] }): Promise<void> {
  await sql`delete from category_slugs where slug = any(${input.slugs}::text[])`.execute(sqlOf(tx));
}

/** What a category is called and says, and what it leaves to those below it. */
export interface CategoryContent {
  slug: string;
  name: string;
  description: string;
  seoTitle: string | null;
  seoDescription: string | null;
  seoTitleTemplate: string | null;
  seoDescriptionTemplate: string | null;
  taxClass: string | null;
  shippingProfile: string | null;
  translations: Texts;
}

export type CategoryToChange = CategoryRow & CategoryContent & { version: number };

/** The category by slug or id, to be changed by whoever holds the lock of the structure. */
export async function findCategoryToChange(tx: Tx, query: { key: string }): Promise<CategoryToChange | undefined> {
  const { rows } = await sql<CategoryToChange>`
    select id, parent_id, slug, name, position, path_ids, description, seo_title, seo_description, seo_title_template,
      seo_description_template, tax_class, shipping_profile, translations, version
    from categories where slug = ${query.key} or id = ${isId(query.key) ? query.key : null}::uuid
    order by id::text = ${query.key} desc limit 1
  `.execute(sqlOf(tx));
  return rows[0];
}

/** Writes what a category says and counts its version up. The slug it had leads to it from now on. */
export async function saveCategory(
  tx: Tx,
  input: { id: string; slugBefore: string; content: CategoryContent; at: Date },
): Promise<void> {
  const { id, slugBefore, content, at } = input;
  await sqlOf(tx)
    .updateTable('categories')
    .set({ ...content, translations: JSON.stringify(content.translations), updatedAt: at })
    .set({ version: sql`version + 1` })
    .where('id', '=', id)
    .execute();
  if (content.slug === slugBefore) return;
  await deleteFormerSlugs(tx, { slugs: [content.slug] });
  await sqlOf(tx).insertInto('categorySlugs').values({ slug: slugBefore, categoryId: id, retiredAt: at }).execute();
}

/**
 * Locks a category and all below it, in order, against products that are being put into them: those have been put
 * when this returns, or wait. Answers the length of the longest path.
 */
export async function lockSubtree(tx: Tx, query: { id: string }): Promise<{ deepest: number }> {
  const { rows } = await sql<{ depth: number }>`
    select cardinality(path_ids) as depth from categories
    where path_ids @> array[${query.id}]::uuid[] order by id for update
  `.execute(sqlOf(tx));
  return { deepest: Math.max(0, ...rows.map(({ depth }) => depth)) };
}

/** Puts a category with all below it under another parent. `pathIds` are its own before. */
export async function saveCategoryParent(
  tx: Tx,
  input: {
    id: string;
    pathIds: readonly string[];
    parent: { id: string; pathIds: readonly string[] } | null;
    at: Date;
  },
): Promise<void> {
  const { id, pathIds, parent, at } = input;
  await sql`
    update categories set
      parent_id = case when id = ${id}::uuid then ${parent?.id ?? null}::uuid else parent_id end,
      version = case when id = ${id}::uuid then version + 1 else version end,
      path_ids = ${parent?.pathIds ?? []}::uuid[] || path_ids[${pathIds.length}::int:],
      updated_at = ${at}
    where path_ids @> array[${id}]::uuid[]
  `.execute(sqlOf(tx));
}

/** Gives siblings their places: the order of the ids. */
export async function saveCategoryOrder(tx: Tx, input: { ids: readonly string[]; at: Date }): Promise<void> {
  await sql`
    update categories c set position = o.n - 1, updated_at = ${input.at}
    from (
      select id, n from unnest(${input.ids}::uuid[]) with ordinality as u (id, n)
    ) o
    where c.id = o.id and c.position <> o.n - 1
  `.execute(sqlOf(tx));
}

/**
 * Puts the products of a category into another one, whose place among a product's categories they take. Products that
 * are in both stay in the other.
 */
export async function saveProductsReassigned(tx: Tx, input: { fromId: string; toId: string }): Promise<void> {
  const { fromId, toId } = input;
  await sql`
    delete from product_categories pc where category_id = ${fromId} and exists (
      select from product_categories o where o.product_id = pc.product_id and o.category_id = ${toId}
    )
  `.execute(sqlOf(tx));
  await sql`update product_categories set category_id = ${toId} where category_id = ${fromId}`.execute(sqlOf(tx));
}

/** Whether any product is in the category itself. */
export async function hasProducts(reader: Reader, query: { categoryId: string }): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from product_categories where category_id = ${query.categoryId}) as found
  `.execute(sqlOf(reader));
  return rows[0]?.found === true;
}

/** Removes a category that has nothing in it. With `heirId` its slugs, present and former, lead there. */
export async function deleteCategory(
  tx: Tx,
  input: { id: string; slug: string; heirId: string | null; at: Date },
): Promise<void> {
  const { id, slug, heirId, at } = input;
  if (heirId !== null) {
    await sql`update category_slugs set category_id = ${heirId} where category_id = ${id}`.execute(sqlOf(tx));
  }
  await sql`delete from categories where id = ${id}`.execute(sqlOf(tx));
  if (heirId !== null) {
    await sqlOf(tx).insertInto('categorySlugs').values({ slug, categoryId: heirId, retiredAt: at }).execute();
  }
}

/** Up to `limit` ids, after `after`, of the products in a category or below it, in order. */
export async function listProductIdsBelow(
  reader: Reader,
  query: { categoryId: string; after: string | null; limit: number },
): Promise<string[]> {
  const { categoryId, after, limit } = query;
  const { rows } = await sql<{ productId: string }>`
    select distinct pc.product_id from product_categories pc
    join categories c on c.id = pc.category_id
    where c.path_ids @> array[${categoryId}]::uuid[] and (${after}::uuid is null or pc.product_id > ${after}::uuid)
    order by pc.product_id limit ${limit}
  `.execute(sqlOf(reader));
  return rows.map((row) => row.productId);
}

/** The categories of a product, in its order. */
export async function listCategoryIdsOf(reader: Reader, query: { productId: string }): Promise<string[]> {
  const rows = await sqlOf(reader)
    .selectFrom('productCategories')
    .select('categoryId')
    .where('productId', '=', query.productId)
    .orderBy('position')
    .limit(1000)
    .execute();
  return rows.map(({ categoryId }) => categoryId);
}

/** A category as an import of a taxonomy sees it. */
export interface ImportedCategory extends Pick<CategoryRow, 'id' | 'parentId' | 'name' | 'pathIds'> {
  externalId: string | null;
  translations: Texts;
}

/** The whole tree, for whoever holds the lock of the structure. */
export async function listCategoriesToImport(tx: Tx): Promise<ImportedCategory[]> {
  const { rows } = await sql<ImportedCategory>`
    select id, parent_id, name, path_ids, external_id, translations from categories
    order by cardinality(path_ids), position, name, id limit 100000
  `.execute(sqlOf(tx));
  return rows;
}

/** Gives categories the names and the identity that a taxonomy file has for them. */
export async function saveImportedCategories(
  tx: Tx,
  input: { rows: readonly ImportedCategory[]; at: Date },
): Promise<void> {
  const ids = input.rows.map(({ id }) => id);
  await sql`select from categories where id = any(${ids}::uuid[]) order by id for update`.execute(sqlOf(tx));
  // Out of the way first: one may take the name that a sibling has only until the next row is written.
  await sql`
    update categories c set name = c.id::text
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, name text)
    where c.id = r.id and c.name <> r.name
  `.execute(sqlOf(tx));
  await sql`
    update categories c set name = r.name, external_id = r."externalId", translations = r.translations,
      version = c.version + 1, updated_at = ${input.at}
    from jsonb_to_recordset(${recordset(input.rows)})
      as r (id uuid, name text, "externalId" text, translations jsonb)
    where c.id = r.id
  `.execute(sqlOf(tx));
}

/** The tax class that holds for each of the categories that has or inherits one. */
export async function listTaxClasses(reader: Reader, query: { ids: readonly string[] }): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; taxClass: string }>`
    select distinct on (c.id) c.id, a.tax_class from categories c join categories a on a.id = any(c.path_ids)
    where c.id = any(${query.ids}::uuid[]) and a.tax_class is not null
    order by c.id, cardinality(a.path_ids) desc
  `.execute(sqlOf(reader));
  return new Map(rows.map(({ id, taxClass }) => [id, taxClass]));
}
