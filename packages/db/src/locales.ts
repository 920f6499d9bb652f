import { type RawBuilder, sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface StoreLocale {
  /** BCP 47, e.g. `de-AT`. */
  code: string;
  /** The lowest is the default. */
  position: number;
}

/**
 * For statements: where texts are looked for, best first, as `text[]`. That is the locale asked for, what it is a kind
 * of (`de-AT`: `de`), and the store's default; locales that the store does not have are left out. Null asks for the
 * default. Put it into a common table expression, so that it is worked out once, and give it to {@link translated}:
 *
 *     with locale as (select locale_chain as chain from …)
 *     select ${translated({ of: 'p', field: 'title', fallback: sql`p.title`, chain: sql`locale.chain` })}
 */
export function localeChain(requested: unknown): RawBuilder<string[]> {
  return sql<string[]>`locale_chain(${requested}::text)`;
}

/**
 * For statements: a text of a row that has `translations` of the shape `{ [locale]: { [field]: text } }`. It is the
 * first one along the chain, or the fallback: the text as it was entered, which is in no particular language.
 */
export function translated(text: {
  /** Alias of the row. */
  of: string;
  field: string;
  fallback: RawBuilder<unknown>;
  chain: RawBuilder<unknown>;
}): RawBuilder<string> {
  return sql<string>`translated(${sql.ref(`${text.of}.translations`)}, ${text.chain}, ${sql.lit(text.field)}, ${text.fallback})`;
}

/** The store's locales, the default first. */
export async function listLocales(reader: Reader): Promise<StoreLocale[]> {
  const { rows } = await sql<StoreLocale>`
    select code, position from store_locales order by position limit 200
  `.execute(sqlOf(reader));
  return rows;
}

/** Makes these the locales of the store, the default first. The caller holds the lock of the catalog's structure. */
export async function saveLocales(tx: Tx, input: { codes: readonly string[] }): Promise<void> {
  await sql`set constraints store_locales_position_key deferred`.execute(sqlOf(tx));
  await sql`delete from store_locales where code <> all(${input.codes}::text[])`.execute(sqlOf(tx));
  await sql`
    insert into store_locales (code, position)
    select code, n - 1 from unnest(${input.codes}::text[]) with ordinality as l (code, n)
    on conflict (code) do update set position = excluded.position
  `.execute(sqlOf(tx));
}
