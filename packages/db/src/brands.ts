import { type RawBuilder, sql } from 'kysely';
import { WHOLE_STORE } from './catalog-projections.ts';
import { sqlOf } from './handle.ts';
import { localeChain, translated } from './locales.ts';
import type { Reader, Tx } from './types.ts';

export interface BrandImage {
  url: string;
  alt: string;
}

/** What staff may change of a brand. */
export interface BrandContent {
  name: string;
  slug: string;
  description: string;
  image: BrandImage | null;
  seoTitle: string | null;
  seoDescription: string | null;
  /** By locale. */
  translations: Record<string, Record<string, string>>;
}

export interface BrandRow extends BrandContent {
  id: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A brand as staff see it. */
export interface AdminBrand extends BrandRow {
  /** Drafts too. */
  productCount: number;
}

/** A brand as shoppers see it, in one language. */
export interface ShownBrand {
  id: string;
  slug: string;
  name: string;
  description: string;
  image: BrandImage | null;
  seoTitle: string | null;
  seoDescription: string | null;
}

/** The last row's keys: the name in lower case, then the id. */
export type BrandKey = readonly [string, string];

const SORTED = sql`(lower(b.name) collate "C", b.id)`;
const after = (key: BrandKey | null): RawBuilder<boolean> =>
  key === null ? sql`true` : sql`${SORTED} > (${key[0]}::text collate "C", ${key[1]}::uuid)`;

const ADMIN = sql`
  b.id, b.name, b.slug, b.description, b.image, b.seo_title, b.seo_description, b.translations, b.version, b.created_at,
  b.updated_at, (select count(*)::int from products p where p.brand = b.name) as product_count
`;

/** All brands by name; `text` is how a name begins. The row after `limit` is there when there is more. */
export async function listAdminBrands(
  reader: Reader,
  query: { text: string | null; limit: number; after: BrandKey | null },
): Promise<(AdminBrand & { sortName: string })[]> {
  const { text, limit } = query;
  const { rows } = await sql<AdminBrand & { sortName: string }>`
    select ${ADMIN}, lower(b.name) as sort_name from brands b
    where ${after(query.after)} and (${text}::text is null or starts_with(lower(b.name), lower(${text}::text)))
    order by lower(b.name) collate "C", b.id limit ${limit + 1}
  `.execute(sqlOf(reader));
  return rows;
}

/** By slug or id. */
export async function findAdminBrand(reader: Reader, query: { key: string }): Promise<AdminBrand | undefined> {
  const { rows } = await sql<AdminBrand>`
    select ${ADMIN} from brands b where b.slug = ${query.key} or b.id::text = ${query.key}
    order by b.id::text = ${query.key} desc limit 1
  `.execute(sqlOf(reader));
  return rows[0];
}

const shown = (field: string, column: string) =>
  translated({ of: 'b', field, fallback: sql.ref(`b.${column}`), chain: sql`locale.chain` });

const SHOWN = sql`
  b.id, b.slug, ${shown('name', 'name')} as name, ${shown('description', 'description')} as description, b.image,
  ${shown('seoTitle', 'seo_title')} as seo_title, ${shown('seoDescription', 'seo_description')} as seo_description
`;

/** The brands that shoppers find products of, by name, in one statement. The row after `limit` is there when there is more. */
export async function listShownBrands(
  reader: Reader,
  query: { locale: string | null; limit: number; after: BrandKey | null },
): Promise<(ShownBrand & { sortName: string })[]> {
  const { rows } = await sql<ShownBrand & { sortName: string }>`
    with locale as materialized (select ${localeChain(query.locale)} as chain)
    select ${SHOWN}, lower(b.name) as sort_name from brands b cross join locale
    where ${after(query.after)} and exists (
      select from products p join listing l on l.product_id = p.id and l.category_id = ${sql.lit(WHOLE_STORE)}::uuid
      where p.brand = b.name
    )
    order by lower(b.name) collate "C", b.id limit ${query.limit + 1}
  `.execute(sqlOf(reader));
  return rows;
}

export async function findShownBrand(
  reader: Reader,
  query: { slug: string; locale: string | null },
): Promise<ShownBrand | undefined> {
  const { rows } = await sql<ShownBrand>`
    with locale as materialized (select ${localeChain(query.locale)} as chain)
    select ${SHOWN} from brands b cross join locale where b.slug = ${query.slug}
  `.execute(sqlOf(reader));
  return rows[0];
}

/** Which of the slugs a brand has. */
export async function listTakenBrandSlugs(reader: Reader, query: { slugs: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ slug: string }>`
    select slug from brands where slug = any(${query.slugs}::text[])
  `.execute(sqlOf(reader));
  return rows.map(({ slug }) => slug);
}

const written = (content: BrandContent) => ({
  ...content,
  image: content.image === null ? null : JSON.stringify(content.image),
  translations: JSON.stringify(content.translations),
});

/** Adds a brand at version 1. A name or slug in use violates `brands_name_key` or `brands_slug_key`. */
export async function insertBrand(tx: Tx, brand: BrandContent & { id: string; at: Date }): Promise<void> {
  const { id, at, ...content } = brand;
  await sqlOf(tx)
    .insertInto('brands')
    .values({ id, ...written(content), createdAt: at, updatedAt: at })
    .execute();
}

/**
 * Locks a brand by slug or id, and with `products` its products before it, in the order in which everybody locks them:
 * to rename a brand is to rename it at each.
 */
export async function lockBrand(tx: Tx, query: { key: string; products: boolean }): Promise<AdminBrand | undefined> {
  if (query.products) {
    await sql`
      select from products where brand = (
        select name from brands where slug = ${query.key} or id::text = ${query.key}
        order by id::text = ${query.key} desc limit 1
      ) order by id for no key update
    `.execute(sqlOf(tx));
  }
  const found = await findAdminBrand(tx, query);
  if (!found) return undefined;
  await sql`select from brands where id = ${found.id} for update`.execute(sqlOf(tx));
  return findAdminBrand(tx, { key: found.id });
}

/** Overwrites a brand that the caller has locked and counts its version up; its products have the new name with it. */
export async function saveBrand(tx: Tx, brand: BrandContent & { id: string; at: Date }): Promise<void> {
  const { id, at, ...content } = brand;
  await sqlOf(tx)
    .updateTable('brands')
    .set({ ...written(content), updatedAt: at, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .execute();
}

/** Removes a brand. One that a product has violates `products_brand_fkey`. */
export async function deleteBrand(tx: Tx, brand: { id: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('brands').where('id', '=', brand.id).execute();
}

/** Up to `limit` ids, after `after`, of the products of a brand, in order. */
export async function listProductIdsOfBrand(
  reader: Reader,
  query: { brandId: string; after: string | null; limit: number },
): Promise<string[]> {
  const { brandId, limit } = query;
  const { rows } = await sql<{ id: string }>`
    select p.id from products p
    where p.brand = (select name from brands where id = ${brandId})
      and (${query.after}::uuid is null or p.id > ${query.after}::uuid)
    order by p.id limit ${limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}
