import { querySql } from '@cartwright/db/testing';
import { idFields } from './id-fields.ts';
import type { Row } from './rules.ts';
import { procedureAt } from './send.ts';
import { valueAt, wholeInput } from './whole-inputs.ts';
import { type Ground, openWorld, type World } from './world.ts';

/** An id of something that is there or was, and the table it is in; undefined of a text that is no id. */
export interface Named {
  value: string;
  kind: string | undefined;
}

/** Makes everything in a world that the inputs of the table name, and gives what it is named by. */
export async function fill(world: World, rows: readonly [string, Row<unknown>][]): Promise<Named[]> {
  const named: Named[] = [];
  for (const [path, row] of rows) {
    for (const of of row.rule === 'capability' ? (['owner', 'guest'] as const) : (['owner'] as const)) {
      named.push(...namedIn(path, await wholeInput(world, path, { row, of })));
    }
  }
  return named;
}

/**
 * Makes what can be deleted, each in a world of its own, and deletes it; gives what it was named by. It is the owner's of
 * `mine` where its deletion ends no session.
 */
export async function deleteThings(mine: World, rows: readonly [string, Row<unknown>][]): Promise<Named[]> {
  const named: Named[] = [];
  for (const [path, row] of rows) {
    const fields = idFields(path);
    if (procedureAt(path).meta.rest?.method !== 'DELETE' || fields.length === 0) continue;
    const isMine = row.rule === 'own' && path.startsWith('customer.');
    const world = { ...openWorld(mine), ...(isMine && { account: mine.account, as: mine.as }) };
    const input = await wholeInput(world, path, { row, of: 'owner' });
    const caller: unknown = await world.as(row.rule === 'permission' ? 'administrator' : 'owner');
    const procedure = valueAt(caller, path.split('.')) as (input: unknown) => Promise<unknown>;
    await procedure(input);
    named.push(...namedIn(path, input));
  }
  return named;
}

function namedIn(path: string, input: unknown): Named[] {
  return idFields(path).flatMap(({ at, kind }) => {
    const value = valueAt(input, at);
    return typeof value === 'string' && kind !== undefined ? [{ value, kind }] : [];
  });
}

/** The ids in every table that has some. */
export async function idsInTables({ runtime }: Ground): Promise<Map<string, Set<string>>> {
  const tables = await querySql<{ name: string }>(
    runtime.databaseUrl,
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'id' and data_type = 'uuid'`,
  );
  const all = tables.map(({ name }) => `select '${name}' as name, id::text from "${name}"`);
  const rows = await querySql<{ name: string; id: string }>(runtime.databaseUrl, all.join(' union all '));
  const ids = new Map(tables.map(({ name }) => [name, new Set<string>()]));
  for (const { name, id } of rows) ids.get(name)?.add(id);
  return ids;
}
