import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { type AttributeValue, recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

/** What a variant weighs and measures, what it says differently from its product, and whether it can run out. */
export interface VariantDetails {
  weightGrams: number | null;
  lengthMm: number | null;
  widthMm: number | null;
  heightMm: number | null;
  /** By code. */
  attributes: Record<string, AttributeValue>;
  /** False: it is never out of stock, and no units of it are reserved. */
  trackStock: boolean;
  /** Made of other variants, whose stock is its own. */
  isBundle: boolean;
}

/** The details of all variants of a product. */
export async function listVariantDetails(
  reader: Reader,
  query: { productId: string },
): Promise<(VariantDetails & { variantId: string })[]> {
  const { rows } = await sql<VariantDetails & { variantId: string }>`
    select id as variant_id, weight_grams, length_mm, width_mm, height_mm, attributes, track_stock, is_bundle
    from variants where product_id = ${query.productId} order by position, id
  `.execute(sqlOf(reader));
  return rows;
}

/**
 * Writes details of variants of products that the caller has made or locked. A variant that is a component cannot
 * become a bundle: `variant_components_component_fkey`.
 */
export async function saveVariantDetails(
  tx: Tx,
  input: { rows: readonly (VariantDetails & { variantId: string })[] },
): Promise<void> {
  await sql`
    update variants v
    set weight_grams = r."weightGrams", length_mm = r."lengthMm", width_mm = r."widthMm", height_mm = r."heightMm",
      attributes = r.attributes, track_stock = r."trackStock", is_bundle = r."isBundle"
    from jsonb_to_recordset(${recordset(input.rows)}) as r ("variantId" uuid, "weightGrams" integer, "lengthMm" integer,
      "widthMm" integer, "heightMm" integer, attributes jsonb, "trackStock" boolean, "isBundle" boolean)
    where v.id = r."variantId"
  `.execute(sqlOf(tx));
}

/** Units of a variant in one unit of a bundle. */
export interface ComponentRow {
  bundleId: string;
  componentId: string;
  quantity: number;
}

/**
 * Makes bundles of other components, each in the order given. A component that is not there, or is a bundle itself,
 * violates `variant_components_component_fkey`.
 */
export async function saveComponents(
  tx: Tx,
  input: { bundleIds: readonly string[]; rows: readonly ComponentRow[] },
): Promise<void> {
  await sql`delete from variant_components where bundle_id = any(${input.bundleIds}::uuid[])`.execute(sqlOf(tx));
  await sql`
    insert into variant_components (bundle_id, component_id, quantity, position)
    select r."bundleId", r."componentId", r.quantity, r.n - 1
    from rows from (jsonb_to_recordset(${recordset(input.rows)})
      as ("bundleId" uuid, "componentId" uuid, quantity integer)) with ordinality as r ("bundleId", "componentId", quantity, n)
    order by r."componentId"
  `.execute(sqlOf(tx));
}

/** Those of the variants that exist, and whether they are bundles. */
export async function listComponentCandidates(
  reader: Reader,
  query: { variantIds: readonly string[] },
): Promise<{ variantId: string; isBundle: boolean }[]> {
  const { rows } = await sql<{ variantId: string; isBundle: boolean }>`
    select id as variant_id, is_bundle from variants where id = any(${query.variantIds}::uuid[])
  `.execute(sqlOf(reader));
  return rows;
}
