import { type RawBuilder, sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export type ProductStatus = 'draft' | 'active' | 'archived';

/** Text, number, truth or several texts; its definition is the attribute of that code. */
export type AttributeValue = string | number | boolean | string[];

export interface ProductOption {
  name: string;
  values: string[];
}

export interface ProductImage {
  url: string;
  alt: string;
  /** Of an uploaded picture; the others below are what is known of it. */
  mediaId?: string;
  width?: number;
  height?: number;
  /** Base64. */
  thumbhash?: string;
}

/** What a person or an import may change of a product. */
export interface ProductFields {
  title: string;
  slug: string;
  description: string;
  brand: string | null;
  status: ProductStatus;
  /** Listed although no currency has a price. */
  showUnpriced: boolean;
  taxClass: string;
  /** By attribute code. */
  attributes: Record<string, AttributeValue>;
  /** In the order a shopper chooses. */
  options: ProductOption[];
  images: ProductImage[];
  importHash: string | null;
  /** Set exactly once, when it first becomes active. */
  publishedAt: Date | null;
}

/** What shoppers of another shop gave it; kept where it is not said. */
interface ImportedRating {
  /** The average times 1000. */
  importedRatingMilli?: number | null;
  importedRatingCount?: number;
}

export interface ProductRow extends ProductFields, ImportedRating {
  id: string;
  /** The row's identity in an import file. */
  externalId: string | null;
}

/** The rows as one parameter: a statement over many has the text of a statement over one. */
export function recordset(rows: readonly object[]): RawBuilder<unknown> {
  return sql`${JSON.stringify(rows)}::jsonb`;
}

/** Adds products at version 1. */
export async function insertProducts(tx: Tx, input: { rows: readonly ProductRow[]; at: Date }): Promise<void> {
  await sql`
    insert into products (id, external_id, slug, title, description, brand, status, show_unpriced, tax_class, attributes,
      options, images, import_hash, published_at, imported_rating_milli, imported_rating_count, created_at, updated_at)
    select id, "externalId", slug, title, description, brand, status, "showUnpriced", "taxClass", attributes,
      options, images, "importHash", "publishedAt", "importedRatingMilli", coalesce("importedRatingCount", 0),
      ${input.at}::timestamptz, ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, "externalId" text, slug text, title text,
      description text, brand text, status text, "showUnpriced" boolean, "taxClass" text, attributes jsonb,
      options jsonb, images jsonb, "importHash" text, "publishedAt" timestamptz, "importedRatingMilli" integer,
      "importedRatingCount" integer)
    order by id
  `.execute(sqlOf(tx));
}

/** Overwrites products that the caller has locked and counts their versions up. */
export async function saveProducts(
  tx: Tx,
  input: { rows: readonly (ProductFields & ImportedRating & { id: string })[]; at: Date },
): Promise<void> {
  await sql`
    update products p
    set slug = r.slug, title = r.title, description = r.description, brand = r.brand, status = r.status,
      show_unpriced = r."showUnpriced", tax_class = r."taxClass", attributes = r.attributes, options = r.options,
      images = r.images, import_hash = r."importHash", published_at = r."publishedAt",
      imported_rating_milli = case when r."importedRatingCount" is null then p.imported_rating_milli
        else r."importedRatingMilli" end,
      imported_rating_count = coalesce(r."importedRatingCount", p.imported_rating_count),
      version = p.version + 1, updated_at = ${input.at}
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, slug text, title text, description text,
      brand text, status text, "showUnpriced" boolean, "taxClass" text, attributes jsonb, options jsonb, images jsonb,
      "importHash" text, "publishedAt" timestamptz, "importedRatingMilli" integer, "importedRatingCount" integer)
    where p.id = r.id
  `.execute(sqlOf(tx));
}

/** Replaces the categories of products, each in the order given. */
export async function saveProductCategories(
  tx: Tx,
  input: { rows: readonly { productId: string; categoryIds: readonly string[] }[] },
): Promise<void> {
  const kysely = sqlOf(tx);
  const productIds = input.rows.map((row) => row.productId);
  const categoryIds = [...new Set(input.rows.flatMap((row) => row.categoryIds))];
  // Whoever moves, renames or deletes one of them waits for us, or we for them, before anything of it is read. In order
  // of id, as they lock; and before the rows that they may reassign.
  await sql`select from categories where id = any(${categoryIds}::uuid[]) order by id for key share`.execute(kysely);
  await sql`delete from product_categories where product_id = any(${productIds}::uuid[])`.execute(kysely);
  await sql`
    insert into product_categories (product_id, category_id, position)
    select r."productId", c.id::uuid, c.position - 1
    from jsonb_to_recordset(${recordset(input.rows)}) as r ("productId" uuid, "categoryIds" jsonb),
      jsonb_array_elements_text(r."categoryIds") with ordinality as c (id, position)
    order by r."productId", c.position
  `.execute(kysely);
}

/** Locks a product and answers it, with its version. */
export async function lockProduct(
  tx: Tx,
  query: { id: string },
): Promise<(ProductRow & { version: number }) | undefined> {
  const { rows } = await sql<ProductRow & { version: number }>`
    select id, external_id, slug, title, description, brand, status, show_unpriced, tax_class, attributes, options,
      images, import_hash, published_at, version
    from products where id = ${query.id} for update
  `.execute(sqlOf(tx));
  return rows[0];
}

/** What an import must know of a product before it looks at the rest of it. */
export interface ImportedProduct {
  id: string;
  externalId: string | null;
  slug: string;
  status: ProductStatus;
  importHash: string | null;
  publishedAt: Date | null;
}

/**
 * Locks the products that rows stand for, in order of id: those imported under an id of `externalIds`, those of a slug,
 * and those that came from no import, by their own id.
 */
export async function lockImportedProducts(
  tx: Tx,
  query: { externalIds: readonly string[]; slugs: readonly string[]; ids: readonly string[] },
): Promise<ImportedProduct[]> {
  const { rows } = await sql<ImportedProduct>`
    select id, external_id, slug, status, import_hash, published_at
    from products
    where external_id = any(${query.externalIds}::text[]) or slug = any(${query.slugs}::text[])
      or (external_id is null and id = any(${query.ids}::uuid[]))
    order by id for update
  `.execute(sqlOf(tx));
  return rows;
}

/** Which of the slugs are in use. */
export async function listTakenSlugs(reader: Reader, query: { slugs: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ slug: string }>`
    select slug from products where slug = any(${query.slugs}::text[])
  `.execute(sqlOf(reader));
  return rows.map((row) => row.slug);
}

/** Takes an asset, by id or address, out of the pictures of products and variants and counts the products' versions up. */
export async function deleteImagesOfMedia(tx: Tx, input: { mediaId: string; at: Date }): Promise<string[]> {
  const kysely = sqlOf(tx);
  const { mediaId, at } = input;
  const { rows } = await sql<{ id: string }>`
    select id from products where id in (select product_id from media_uses where asset_id = ${mediaId})
    order by id for update
  `.execute(kysely);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  const others = sql`(
    select coalesce(jsonb_agg(image order by n), '[]') from jsonb_array_elements(images) with ordinality as i (image, n)
    where image ->> 'mediaId' is distinct from ${mediaId}::text
      and media_hash(image ->> 'url') is distinct from (select hash from media_assets where id = ${mediaId})
  )`;
  await sql`
    update variants set images = ${others}, updated_at = ${at}
    where id in (select variant_id from media_uses where asset_id = ${mediaId})
  `.execute(kysely);
  await sql`
    update products set images = ${others}, version = version + 1, updated_at = ${at} where id = any(${ids}::uuid[])
  `.execute(kysely);
  return ids;
}

/** Those with one of the slugs or ids. */
export async function listProductsByKey(
  reader: Reader,
  query: { keys: readonly string[] },
): Promise<{ id: string; slug: string }[]> {
  const { rows } = await sql<{ id: string; slug: string }>`
    select id, slug from products where slug = any(${query.keys}::text[])
    union
    select id, slug from products
    where id = any(array(
      select k::uuid from unnest(${query.keys}::text[]) k
      where k ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
    ))
  `.execute(sqlOf(reader));
  return rows;
}
