import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { type ProductImage, recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

export type VariantStatus = 'active' | 'archived';

export interface VariantRow {
  id: string;
  productId: string;
  /** The variant's identity within the row of an import file. */
  externalId: string | null;
  sku: string;
  /** GTIN, EAN or UPC. */
  barcode: string | null;
  /** Option name to value. */
  options: Record<string, string>;
  images: ProductImage[];
  position: number;
  status: VariantStatus;
}

export interface VariantPrice {
  variantId: string;
  currency: string;
  amountMinor: number;
}

/** Adds variants. A SKU in use violates `variants_sku_key`. */
export async function insertVariants(tx: Tx, input: { rows: readonly VariantRow[]; at: Date }): Promise<void> {
  await sql`
    insert into variants (id, product_id, external_id, sku, barcode, options, images, position, status, created_at, updated_at)
    select id, "productId", "externalId", sku, barcode, options, images, position, status,
      ${input.at}::timestamptz, ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, "productId" uuid, "externalId" text, sku text,
      barcode text, options jsonb, images jsonb, position integer, status text)
    order by sku
  `.execute(sqlOf(tx));
}

/** Overwrites variants. A SKU in use violates `variants_sku_key`. */
export async function saveVariants(
  tx: Tx,
  input: { rows: readonly Omit<VariantRow, 'productId'>[]; at: Date },
): Promise<void> {
  await sql`
    update variants v
    set external_id = r."externalId", sku = r.sku, barcode = r.barcode, options = r.options, images = r.images, position = r.position,
      status = r.status, updated_at = ${input.at}
    from jsonb_to_recordset(${recordset(input.rows)}) as r (id uuid, "externalId" text, sku text, barcode text, options jsonb,
      images jsonb, position integer, status text)
    where v.id = r.id
  `.execute(sqlOf(tx));
}

/** Takes variants off sale; their history stays. */
export async function saveVariantsArchived(tx: Tx, input: { ids: readonly string[]; at: Date }): Promise<void> {
  await sql`
    update variants set status = 'archived', updated_at = ${input.at}
    where id = any(${input.ids}::uuid[]) and status <> 'archived'
  `.execute(sqlOf(tx));
}

/** Adds or changes prices, one a variant and currency. */
export async function savePrices(tx: Tx, input: { rows: readonly VariantPrice[]; at: Date }): Promise<void> {
  await sql`
    insert into prices (variant_id, currency, amount_minor, updated_at)
    select "variantId", currency, "amountMinor", ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r ("variantId" uuid, currency text, "amountMinor" bigint)
    on conflict (variant_id, currency) do update
      set amount_minor = excluded.amount_minor, updated_at = excluded.updated_at
  `.execute(sqlOf(tx));
}

/** Removes every price of the variants in currencies other than those kept. */
export async function deletePrices(
  tx: Tx,
  input: { rows: readonly { variantId: string; keptCurrencies: readonly string[] }[] },
): Promise<void> {
  await sql`
    delete from prices p
    using jsonb_to_recordset(${recordset(input.rows)}) as r ("variantId" uuid, "keptCurrencies" jsonb)
    where p.variant_id = r."variantId" and not r."keptCurrencies" ? p.currency
  `.execute(sqlOf(tx));
}

/** Who holds which of the SKUs. */
export async function listSkuHolders(
  reader: Reader,
  query: { skus: readonly string[] },
): Promise<{ sku: string; variantId: string; productId: string }[]> {
  const { rows } = await sql<{ sku: string; variantId: string; productId: string }>`
    select sku, id as variant_id, product_id from variants where sku = any(${query.skus}::text[])
  `.execute(sqlOf(reader));
  return rows;
}

/** The variants of a product, archived ones too, in the shopper's order. */
export async function listVariants(reader: Reader, query: { productId: string }): Promise<VariantRow[]> {
  const { rows } = await sql<VariantRow>`
    select id, product_id, external_id, sku, barcode, options, images, position, status
    from variants where product_id = ${query.productId} order by position, id
  `.execute(sqlOf(reader));
  return rows;
}
