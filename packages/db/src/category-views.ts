import { sql } from 'kysely';
import { type CategoryContent, type CategoryRow, isId } from './categories.ts';
import { sqlOf } from './handle.ts';
import { localeChain, translated } from './locales.ts';
import { prepared } from './prepared.ts';
import type { Reader } from './types.ts';

interface Ref {
  id: string;
  slug: string;
  name: string;
}

/** A category as shoppers see it, in one language. */
export interface CategoryPage extends Ref {
  parentId: string | null;
  description: string;
  /** Its own; null when the template says it. */
  seoTitle: string | null;
  seoDescription: string | null;
  /** Root first, itself last. */
  path: (Ref & { seoTitleTemplate: string | null; seoDescriptionTemplate: string | null })[];
  children: Ref[];
  /** The best locale that the store has for the one asked for. */
  locale: string;
  storeName: string;
}

const text = (of: string, field: string, column: string) =>
  translated({ of, field, fallback: sql.ref(`${of}.${column}`), chain: sql`locale.chain` });

const REF = (of: string) =>
  sql`'id', ${sql.ref(`${of}.id`)}, 'slug', ${sql.ref(`${of}.slug`)}, 'name', ${text(of, 'name', 'name')}`;

const categoryPage = prepared<CategoryPage, { slug: string; locale: string | null }>(
  (value) => sql<CategoryPage>`
    with locale as materialized (select ${localeChain(value('locale'))} as chain)
    select c.id, c.slug, c.parent_id as "parentId",
      ${text('c', 'name', 'name')} as name,
      ${text('c', 'description', 'description')} as description,
      ${text('c', 'seoTitle', 'seo_title')} as "seoTitle",
      ${text('c', 'seoDescription', 'seo_description')} as "seoDescription",
      (
        select json_agg(json_build_object(${REF('a')},
          'seoTitleTemplate', ${text('a', 'seoTitleTemplate', 'seo_title_template')},
          'seoDescriptionTemplate', ${text('a', 'seoDescriptionTemplate', 'seo_description_template')}
        ) order by cardinality(a.path_ids))
        from categories a where a.id = any(c.path_ids)
      ) as path,
      (
        select coalesce(json_agg(json_build_object(${REF('b')}) order by b.position, ${text('b', 'name', 'name')}, b.id), '[]')
        from categories b where b.parent_id = c.id
      ) as children,
      locale.chain[1] as locale,
      coalesce((select s.name from store_settings s), '') as "storeName"
    from categories c cross join locale
    where c.id = category_of_slug(${value('slug')})
  `,
);

/** The category that has, or had, the slug, in one statement. */
export async function findCategoryPage(
  reader: Reader,
  query: { slug: string; locale: string | null },
): Promise<CategoryPage | undefined> {
  const [page] = await categoryPage(reader, query);
  return page;
}

/** What a category on a path leaves to those below it. */
export interface PathSettings extends Ref {
  taxClass: string | null;
  shippingProfile: string | null;
  seoTitleTemplate: string | null;
  seoDescriptionTemplate: string | null;
}

/** A category as staff see it. */
export interface AdminCategoryRow extends CategoryRow, CategoryContent {
  externalId: string | null;
  version: number;
  formerSlugs: string[];
  /** Root first, itself last. */
  path: PathSettings[];
  childCount: number;
  productCount: number;
  createdAt: Date;
  updatedAt: Date;
}

/** By slug or id. */
export async function findAdminCategory(reader: Reader, query: { key: string }): Promise<AdminCategoryRow | undefined> {
  const { rows } = await sql<AdminCategoryRow>`
    select c.id, c.parent_id, c.slug, c.name, c.position, c.path_ids, c.description, c.seo_title, c.seo_description,
      c.seo_title_template, c.seo_description_template, c.tax_class, c.shipping_profile, c.translations, c.external_id,
      c.version, c.created_at, c.updated_at,
      (
        select coalesce(json_agg(s.slug order by s.retired_at desc, s.slug), '[]')
        from category_slugs s where s.category_id = c.id
      ) as former_slugs,
      (
        select json_agg(json_build_object('id', a.id, 'slug', a.slug, 'name', a.name, 'taxClass', a.tax_class,
          'shippingProfile', a.shipping_profile, 'seoTitleTemplate', a.seo_title_template,
          'seoDescriptionTemplate', a.seo_description_template) order by cardinality(a.path_ids))
        from categories a where a.id = any(c.path_ids)
      ) as path,
      (select count(*)::int from categories b where b.parent_id = c.id) as child_count,
      (select count(*)::int from product_categories pc where pc.category_id = c.id) as product_count
    from categories c where c.slug = ${query.key} or c.id = ${isId(query.key) ? query.key : null}::uuid
    order by c.id::text = ${query.key} desc limit 1
  `.execute(sqlOf(reader));
  return rows[0];
}

/** A category of the tree with what search engines read of it and of those below. */
export interface TreeRowSeo extends Ref {
  parentId: string | null;
  seoTitle: string | null;
  seoDescription: string | null;
  seoTitleTemplate: string | null;
  seoDescriptionTemplate: string | null;
  storeName: string;
}

/** Every category in a locale, parents first and siblings in their order; at most 20,000. */
export async function listCategoryTreeSeo(reader: Reader, query: { locale: string | null }): Promise<TreeRowSeo[]> {
  const { rows } = await sql<TreeRowSeo>`
    with locale as materialized (
      select ${localeChain(query.locale)} as chain, coalesce((select name from store_settings), '') as store_name
    )
    select c.id, c.parent_id, c.slug, ${text('c', 'name', 'name')} as name,
      ${text('c', 'seoTitle', 'seo_title')} as seo_title,
      ${text('c', 'seoDescription', 'seo_description')} as seo_description,
      ${text('c', 'seoTitleTemplate', 'seo_title_template')} as seo_title_template,
      ${text('c', 'seoDescriptionTemplate', 'seo_description_template')} as seo_description_template,
      locale.store_name
    from categories c cross join locale
    order by cardinality(c.path_ids), c.position, name, c.id limit 20000
  `.execute(sqlOf(reader));
  return rows;
}
