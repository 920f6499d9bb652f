import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader } from './types.ts';

/** A variant as cart and checkout need it. */
export interface SellableVariant {
  variantId: string;
  productId: string;
  sku: string;
  title: string;
  slug: string;
  /** Option name to value. */
  options: Record<string, string>;
  imageUrl: string | null;
  taxClass: string;
  /** Minor units of the currency asked for; null when there is no price in it. */
  priceMinor: number | null;
  /** Whether product and variant are both active. */
  sellable: boolean;
  /** Units that can still be promised, over all locations. */
  available: number;
}

/** The variants that exist among those asked for, in order of id. */
export async function listSellableVariants(
  reader: Reader,
  query: { variantIds: readonly string[]; currency: string },
): Promise<SellableVariant[]> {
  const { rows } = await sql<SellableVariant>`
    select v.id as variant_id, v.product_id, v.sku, p.title, p.slug, v.options,
      coalesce(v.images -> 0 ->> 'url', p.images -> 0 ->> 'url') as image_url,
      p.tax_class, c.amount_minor as price_minor,
      p.status = 'active' and v.status = 'active' as sellable,
      coalesce((select sum(on_hand - reserved) from stock_levels s where s.variant_id = v.id), 0)::int as available
    from variants v
    join products p on p.id = v.product_id
    left join prices c on c.variant_id = v.id and c.currency = ${query.currency}
    where v.id = any(${query.variantIds}::uuid[])
    order by v.id
  `.execute(sqlOf(reader));
  return rows;
}
