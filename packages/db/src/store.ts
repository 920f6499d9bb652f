import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface StoreCurrency {
  /** ISO 4217. */
  code: string;
  /** Whether prices in it are entered with tax. */
  pricesIncludeTax: boolean;
}

export interface Store {
  name: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** The default first. */
  currencies: StoreCurrency[];
}

export interface StoreLocation {
  id: string;
  code: string;
  name: string;
  /** Lower is preferred when choosing where units come from. */
  priority: number;
}

/** Undefined until the store has been set up. */
export async function findStore(reader: Reader): Promise<Store | undefined> {
  const { rows } = await sql<Store>`
    select s.name, s.country,
      (
        select coalesce(
          json_agg(json_build_object('code', code, 'pricesIncludeTax', prices_include_tax) order by position), '[]'
        )
        from store_currencies
      ) as currencies
    from store_settings s
  `.execute(sqlOf(reader));
  return rows[0];
}

/**
 * Sets the store up, or changes it: settings, currencies in order of preference, tax classes and locations.
 * Currencies, classes and locations are added or changed, never removed.
 */
export async function saveStore(
  tx: Tx,
  store: Store & { taxClasses: { code: string; name: string }[]; locations: StoreLocation[]; at: Date },
): Promise<void> {
  const { name, country, currencies, taxClasses, locations, at } = store;
  const kysely = sqlOf(tx);
  await sql`
    insert into store_settings (name, country, updated_at) values (${name}, ${country}, ${at})
    on conflict (id) do update set name = excluded.name, country = excluded.country, updated_at = excluded.updated_at
  `.execute(kysely);
  await sql`
    insert into store_currencies (code, prices_include_tax, position)
    select code, prices_include_tax, position
    from unnest(
      ${currencies.map((currency) => currency.code)}::text[],
      ${currencies.map((currency) => currency.pricesIncludeTax)}::boolean[],
      ${currencies.map((_, index) => index)}::smallint[]
    ) as c (code, prices_include_tax, position)
    on conflict (code) do update set prices_include_tax = excluded.prices_include_tax
  `.execute(kysely);
  await sql`
    insert into tax_classes (code, name)
    select * from unnest(${taxClasses.map((each) => each.code)}::text[], ${taxClasses.map((each) => each.name)}::text[])
    on conflict (code) do update set name = excluded.name
  `.execute(kysely);
  await sql`
    insert into locations (id, code, name, priority, created_at)
    select id, code, name, priority, ${at}::timestamptz
    from unnest(
      ${locations.map((location) => location.id)}::uuid[],
      ${locations.map((location) => location.code)}::text[],
      ${locations.map((location) => location.name)}::text[],
      ${locations.map((location) => location.priority)}::integer[]
    ) as l (id, code, name, priority)
    on conflict (code) do update set name = excluded.name, priority = excluded.priority
  `.execute(kysely);
}

export async function listTaxClassCodes(reader: Reader): Promise<string[]> {
  const rows = await sqlOf(reader).selectFrom('taxClasses').select('code').orderBy('code').limit(1000).execute();
  return rows.map((row) => row.code);
}

/** The most preferred first. */
export async function listLocations(reader: Reader): Promise<StoreLocation[]> {
  return sqlOf(reader)
    .selectFrom('locations')
    .select(['id', 'code', 'name', 'priority'])
    .orderBy('priority')
    .limit(1000)
    .execute();
}
