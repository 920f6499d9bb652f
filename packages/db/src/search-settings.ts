import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { recordset } from './products.ts';
import type { Reader, Tx } from './types.ts';

export interface SynonymRow {
  id: string;
  locale: string | null;
  terms: string[];
  oneWay: boolean;
}

/** At most a thousand, the oldest first. */
export async function listSynonyms(reader: Reader): Promise<SynonymRow[]> {
  const { rows } = await sql<SynonymRow>`
    select id, locale, terms, one_way from search_synonyms order by created_at, id limit 1000
  `.execute(sqlOf(reader));
  return rows;
}

/** Adds or changes one. */
export async function saveSynonym(tx: Tx, { at, ...row }: SynonymRow & { at: Date }): Promise<void> {
  await sql`
    insert into search_synonyms (id, locale, terms, one_way, created_at, updated_at)
    values (${row.id}, ${row.locale}, ${row.terms}::text[], ${row.oneWay}, ${at}, ${at})
    on conflict (id) do update set locale = excluded.locale, terms = excluded.terms, one_way = excluded.one_way,
      updated_at = excluded.updated_at
  `.execute(sqlOf(tx));
}

/** False when there was none. */
export async function deleteSynonym(tx: Tx, query: { id: string }): Promise<boolean> {
  const { rows } = await sql`delete from search_synonyms where id = ${query.id} returning id`.execute(sqlOf(tx));
  return rows.length > 0;
}

export async function listStopWords(reader: Reader): Promise<{ locale: string; word: string }[]> {
  const { rows } = await sql<{ locale: string; word: string }>`
    select locale, word from search_stop_words order by locale, word limit 10000
  `.execute(sqlOf(reader));
  return rows;
}

/** Replaces the stop words of a locale. */
export async function saveStopWords(tx: Tx, input: { locale: string; words: readonly string[] }): Promise<void> {
  await sql`delete from search_stop_words where locale = ${input.locale}`.execute(sqlOf(tx));
  await sql`
    insert into search_stop_words (locale, word)
    select distinct ${input.locale}, lower(word) from unnest(${input.words}::text[]) as u (word)
    on conflict do nothing
  `.execute(sqlOf(tx));
}

export interface RuleBoost {
  code: string;
  value: string;
  factor: number;
}

export interface SearchRuleRow {
  id: string;
  name: string;
  /** In lower case with single spaces; null is every query. */
  query: string | null;
  match: 'exact' | 'contains';
  pinned: string[];
  hidden: string[];
  boosts: RuleBoost[];
  active: boolean;
}

/** At most a thousand, the oldest first. */
export async function listSearchRules(reader: Reader): Promise<SearchRuleRow[]> {
  const { rows } = await sql<SearchRuleRow>`
    select id, name, query, match, pinned, hidden, boosts, active from search_rules order by created_at, id limit 1000
  `.execute(sqlOf(reader));
  return rows;
}

/** Adds or changes one. */
export async function saveSearchRule(tx: Tx, { at, ...row }: SearchRuleRow & { at: Date }): Promise<void> {
  await sql`
    insert into search_rules (id, name, query, match, pinned, hidden, boosts, active, created_at, updated_at)
    values (${row.id}, ${row.name}, ${row.query}, ${row.match}, ${row.pinned}::uuid[], ${row.hidden}::uuid[],
      ${recordset(row.boosts)}, ${row.active}, ${at}, ${at})
    on conflict (id) do update set name = excluded.name, query = excluded.query, match = excluded.match,
      pinned = excluded.pinned, hidden = excluded.hidden, boosts = excluded.boosts, active = excluded.active,
      updated_at = excluded.updated_at
  `.execute(sqlOf(tx));
}

/** False when there was none. */
export async function deleteSearchRule(tx: Tx, query: { id: string }): Promise<boolean> {
  const { rows } = await sql`delete from search_rules where id = ${query.id} returning id`.execute(sqlOf(tx));
  return rows.length > 0;
}

/** Those of the ids that name no product. */
export async function listUnknownProducts(reader: Reader, query: { ids: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${query.ids}::uuid[]) as u (id) where not exists (select from products p where p.id = u.id)
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}
