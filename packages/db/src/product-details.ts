import { type RawBuilder, sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

export type ProductKind = 'physical' | 'digital' | 'bundle';

/** The texts of a product in one locale. */
export interface ProductTexts {
  title?: string;
  description?: string;
  seoTitle?: string;
  seoDescription?: string;
  /** By attribute code. */
  attributes?: Record<string, string>;
}

/** What a product is beyond what every product needs. */
export interface ProductDetails {
  kind: ProductKind;
  /** By locale. */
  translations: Record<string, ProductTexts>;
  seoTitle: string | null;
  seoDescription: string | null;
  /** Lower case, each once. */
  tags: string[];
  /** Shoppers see an active product from then on; null: at once. */
  publishAt: Date | null;
  /** And until before then; null: for good. */
  unpublishAt: Date | null;
}

export async function findProductDetails(
  reader: Reader,
  query: { productId: string },
): Promise<ProductDetails | undefined> {
  const { rows } = await sql<ProductDetails>`
    select kind, translations, seo_title, seo_description, tags, publish_at, unpublish_at
    from products where id = ${query.productId}
  `.execute(sqlOf(reader));
  return rows[0];
}

/** The next instant after `at` at which a window opens or closes. */
const nextEdge = (of: string, at: Date): RawBuilder<Date | null> => {
  const [from, until] = [sql.ref(`${of}.publish_at`), sql.ref(`${of}.unpublish_at`)];
  return sql`least(case when ${from} > ${at} then ${from} end, case when ${until} > ${at} then ${until} end)`;
};

/**
 * Writes the details of products that the caller has made or locked, without counting their versions. Its projections
 * are to be written after it, with the same `at`: from then on the window is applied when it is due.
 */
export async function saveProductDetails(
  tx: Tx,
  input: { rows: readonly (ProductDetails & { productId: string })[]; at: Date },
): Promise<void> {
  await sql`
    with r as (
      select "productId", kind, translations, "seoTitle", "seoDescription", "publishAt" as publish_at,
        "unpublishAt" as unpublish_at, (select coalesce(array_agg(t order by n), '{}')
          from jsonb_array_elements_text(tags) with ordinality as e (t, n)) as tags
      from jsonb_to_recordset(${recordset(input.rows)}) as r ("productId" uuid, kind text, translations jsonb,
        "seoTitle" text, "seoDescription" text, tags jsonb, "publishAt" timestamptz, "unpublishAt" timestamptz)
    )
    update products p
    set kind = r.kind, translations = r.translations, seo_title = r."seoTitle", seo_description = r."seoDescription",
      tags = r.tags, publish_at = r.publish_at, unpublish_at = r.unpublish_at, window_due_at = ${nextEdge('r', input.at)}
    from r
    where p.id = r."productId"
  `.execute(sqlOf(tx));
}

/** Locks products whose window opened or closed and is not in the lists yet, those due first; in order of id. */
export async function lockProductsDue(tx: Tx, query: { now: Date; limit: number }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from products where id in (
      select id from products where window_due_at <= ${query.now} order by window_due_at limit ${query.limit}
    ) and window_due_at <= ${query.now}
    order by id for no key update
  `.execute(sqlOf(tx));
  return rows.map(({ id }) => id);
}

/** The seconds in which windows open or close within a span, at most a hundred, each by its last instant. */
export async function listWindowEdges(reader: Reader, query: { after: Date; until: Date }): Promise<Date[]> {
  const { rows } = await sql<{ edge: Date }>`
    select max(window_due_at) as edge from products
    where window_due_at > ${query.after} and window_due_at <= ${query.until}
    group by date_trunc('second', window_due_at) order by 1 limit 100
  `.execute(sqlOf(reader));
  return rows.map(({ edge }) => edge);
}

/** Notes that the lists say what the windows of locked products say at an instant. */
export async function saveWindowsApplied(tx: Tx, input: { productIds: readonly string[]; at: Date }): Promise<void> {
  await sql`
    update products p set window_due_at = ${nextEdge('p', input.at)} where id = any(${input.productIds}::uuid[])
  `.execute(sqlOf(tx));
}

/** Has a slug that a product no longer has lead to it, until another product takes it. */
export async function saveFormerSlug(
  tx: Tx,
  input: { productId: string; former: string; slug: string; at: Date },
): Promise<void> {
  const { productId, former, slug, at } = input;
  await sql`delete from product_slugs where slug = ${slug}`.execute(sqlOf(tx));
  await sql`
    insert into product_slugs (slug, product_id, retired_at) values (${former}, ${productId}, ${at})
    on conflict (slug) do update set product_id = excluded.product_id, retired_at = excluded.retired_at
  `.execute(sqlOf(tx));
}

/** Which of the slugs led to a product once. */
export async function listFormerSlugs(reader: Reader, query: { slugs: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ slug: string }>`
    select slug from product_slugs where slug = any(${query.slugs}::text[])
  `.execute(sqlOf(reader));
  return rows.map(({ slug }) => slug);
}
