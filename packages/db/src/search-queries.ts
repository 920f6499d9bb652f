import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Db, Reader } from './types.ts';

export interface QueryCount {
  locale: string;
  query: string;
  asked: number;
  foundNothing: number;
  /** Matches of the last time. */
  total: number;
}

/** Adds to the figures of the day. Ordered, so that two processes cannot block each other. */
export async function saveQueries(db: Db, input: { rows: readonly QueryCount[]; at: Date }): Promise<void> {
  await sql`
    insert into search_queries (day, locale, query, asked, found_nothing, total)
    select ${input.at}::timestamptz::date, locale, query, asked, "foundNothing", total
    from jsonb_to_recordset(${recordset(input.rows)}) as r (locale text, query text, asked integer,
      "foundNothing" integer, total integer)
    order by locale, query
    on conflict (day, locale, query) do update set asked = search_queries.asked + excluded.asked,
      found_nothing = search_queries.found_nothing + excluded.found_nothing, total = excluded.total
  `.execute(sqlOf(db));
}

/** The queries of some days, those that found nothing most often first, or the most frequent ones. */
export async function listQueries(
  reader: Reader,
  query: { since: Date; onlyNothing: boolean; limit: number },
): Promise<QueryCount[]> {
  const { rows } = await sql<QueryCount>`
    select locale, query, sum(asked)::int as asked, sum(found_nothing)::int as found_nothing,
      (array_agg(total order by day desc))[1] as total
    from search_queries where day >= ${query.since}::timestamptz::date
    group by locale, query
    having not ${query.onlyNothing}::boolean or sum(found_nothing) > 0
    order by case when ${query.onlyNothing}::boolean then sum(found_nothing) else sum(asked) end desc, query, locale
    limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows;
}

/** Forgets what is older. */
export async function deleteOldQueries(db: Db, query: { before: Date }): Promise<void> {
  await sql`delete from search_queries where day < ${query.before}::timestamptz::date`.execute(sqlOf(db));
}
