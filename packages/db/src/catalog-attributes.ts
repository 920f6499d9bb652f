import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

export type AttributeType = 'text' | 'integer' | 'decimal' | 'boolean' | 'multi-text';

export interface AttributeDefinition {
  code: string;
  name: string;
  type: AttributeType;
  /** Its values are facets. */
  filterable: boolean;
  /** Its values are found by full-text search. */
  searchable: boolean;
}

export async function listAttributes(
  reader: Reader,
  query: { codes: readonly string[] },
): Promise<AttributeDefinition[]> {
  const { rows } = await sql<AttributeDefinition>`
    select code, name, type, filterable, searchable from attributes
    where code = any(${query.codes}::text[]) order by code
  `.execute(sqlOf(reader));
  return rows;
}

/** Adds definitions and changes the type of those that exist. */
export async function saveAttributes(tx: Tx, input: { rows: readonly AttributeDefinition[]; at: Date }): Promise<void> {
  await sql`
    insert into attributes (code, name, type, filterable, searchable, created_at)
    select code, name, type, filterable, searchable, ${input.at}::timestamptz
    from jsonb_to_recordset(${recordset(input.rows)}) as r (code text, name text, type text, filterable boolean,
      searchable boolean)
    order by code
    on conflict (code) do update set type = excluded.type
  `.execute(sqlOf(tx));
}

/** Up to `limit` ids, after `after`, of the products that have a value of the attribute, in order. */
export async function listProductIdsWith(
  reader: Reader,
  query: { code: string; after: string | null; limit: number },
): Promise<string[]> {
  const { code, after, limit } = query;
  const { rows } = await sql<{ id: string }>`
    select id from products
    where attributes ? ${code} and (${after}::uuid is null or id > ${after}::uuid)
    order by id limit ${limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}
