import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** One time that somebody agreed to marketing, or withdrew. */
export interface ConsentRow {
  id: string;
  userId: string;
  channel: 'email' | 'sms' | 'phone' | 'post';
  action: 'granted' | 'withdrawn';
  source: 'account' | 'registration' | 'checkout' | 'staff' | 'import';
  /** The wording that was agreed to; null for a withdrawal. */
  textVersion: string | null;
  actor: unknown;
  at: Date;
}

const COLUMNS = ['id', 'userId', 'channel', 'action', 'source', 'textVersion', 'actor', 'at'] as const;

/** What holds now: the newest of each channel, by channel. */
export async function listCurrentConsents(reader: Reader, query: { userId: string }): Promise<ConsentRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('marketingConsents')
    .distinctOn('channel')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('channel')
    .orderBy('id', 'desc')
    .execute();
  return rows as ConsentRow[];
}

/** All of them, the newest first, after the row with the id `after`. */
export async function listConsents(
  reader: Reader,
  query: { userId: string; after: string | null; limit: number },
): Promise<ConsentRow[]> {
  const { userId, after, limit } = query;
  const rows = await sqlOf(reader)
    .selectFrom('marketingConsents')
    .select(COLUMNS)
    .where('userId', '=', userId)
    .$if(after !== null, (each) => each.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows as ConsentRow[];
}

export async function insertConsent(tx: Tx, consent: ConsentRow): Promise<void> {
  await sqlOf(tx)
    .insertInto('marketingConsents')
    .values({ ...consent, actor: JSON.stringify(consent.actor) })
    .execute();
}

/** Refused by the database until the account is erased. */
export async function deleteConsents(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('marketingConsents').where('userId', '=', query.userId).execute();
}
