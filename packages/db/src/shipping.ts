import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** A way to ship, priced in one currency and taxed for one country. Amounts in minor units. */
export interface ShippingOption {
  id: string;
  code: string;
  name: string;
  priceMinor: number;
  /** Goods of at least this much ship free; null when nothing makes it free. */
  freeFromMinor: number | null;
  taxRatePpm: number;
}

/** The methods that go to `country` and have a price in `currency`, in the shop's order. */
export async function listShippingOptions(
  reader: Reader,
  query: { country: string; currency: string; id?: string },
): Promise<ShippingOption[]> {
  const { rows } = await sql<ShippingOption>`
    select m.id, m.code, m.name, p.price_minor, p.free_from_minor, coalesce(t.rate_ppm, 0) as tax_rate_ppm
    from shipping_methods m
    join shipping_method_prices p on p.shipping_method_id = m.id and p.currency = ${query.currency}
    left join tax_rates t on t.tax_class = m.tax_class and t.country = ${query.country}
    where m.active
      and (m.countries = '{}' or ${query.country} = any(m.countries))
      and (${query.id ?? null}::uuid is null or m.id = ${query.id ?? null}::uuid)
    order by m.position
    limit 100
  `.execute(sqlOf(reader));
  return rows;
}

export interface ShippingMethodRow {
  id: string;
  code: string;
  name: string;
  /** Empty: everywhere. */
  countries: string[];
  taxClass: string;
  position: number;
  prices: { currency: string; priceMinor: number; freeFromMinor: number | null }[];
}

export async function insertShippingMethod(tx: Tx, method: ShippingMethodRow): Promise<void> {
  const { prices, ...row } = method;
  await sqlOf(tx).insertInto('shippingMethods').values(row).execute();
  await sqlOf(tx)
    .insertInto('shippingMethodPrices')
    .values(prices.map((price) => ({ shippingMethodId: method.id, ...price })))
    .execute();
}

/** Sets the rate of a tax class in a country; `ratePpm` is parts per million. */
export async function saveTaxRate(
  tx: Tx,
  rate: { country: string; taxClass: string; name: string; ratePpm: number },
): Promise<void> {
  await sqlOf(tx)
    .insertInto('taxRates')
    .values(rate)
    .onConflict((conflict) =>
      conflict.columns(['country', 'taxClass']).doUpdateSet({ name: rate.name, ratePpm: rate.ratePpm }),
    )
    .execute();
}
