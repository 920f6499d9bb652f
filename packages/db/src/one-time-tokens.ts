import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export type TokenPurpose = 'verify_email' | 'reset_password' | 'change_email' | 'invite';

/** Proof of a mailbox, for one account and one purpose, to be used once. */
export interface OneTimeTokenRow {
  id: string;
  /** SHA-256 of the token, in hex. */
  tokenHash: string;
  userId: string;
  purpose: TokenPurpose;
  payload: Record<string, unknown>;
  expiresAt: Date;
  usedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = ['id', 'tokenHash', 'userId', 'purpose', 'payload', 'expiresAt', 'usedAt', 'createdAt'] as const;

export async function findOneTimeToken(reader: Reader, query: { id: string }): Promise<OneTimeTokenRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('oneTimeTokens')
    .select(COLUMNS)
    .where('id', '=', query.id)
    .executeTakeFirst();
  return row as OneTimeTokenRow | undefined;
}

/** The token of this hash and purpose, if it can still be used. */
export async function findLiveOneTimeToken(
  reader: Reader,
  query: { tokenHash: string; purpose: TokenPurpose; now: Date },
): Promise<OneTimeTokenRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('oneTimeTokens')
    .select(COLUMNS)
    .where('tokenHash', '=', query.tokenHash)
    .where('purpose', '=', query.purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', query.now)
    .executeTakeFirst();
  return row as OneTimeTokenRow | undefined;
}

/** An account's tokens, newest first, at most 100. */
export async function listUserOneTimeTokens(reader: Reader, query: { userId: string }): Promise<OneTimeTokenRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('oneTimeTokens')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
  return rows as OneTimeTokenRow[];
}

/** Puts a token in the place of the unused one of its purpose; one that was made later stays. */
export async function saveOneTimeToken(tx: Tx, token: Omit<OneTimeTokenRow, 'usedAt'>): Promise<void> {
  const payload = JSON.stringify(token.payload);
  await sql`
    insert into one_time_tokens as t (id, token_hash, user_id, purpose, payload, expires_at, created_at)
    values (${token.id}, ${token.tokenHash}, ${token.userId}, ${token.purpose}, ${payload}, ${token.expiresAt},
      ${token.createdAt})
    on conflict (user_id, purpose) where used_at is null do update
      set id = excluded.id, token_hash = excluded.token_hash, payload = excluded.payload,
        expires_at = excluded.expires_at, created_at = excluded.created_at
      where t.id < excluded.id
  `.execute(sqlOf(tx));
}

/** Uses a token up, once: undefined when it has been used, has expired or is not of this purpose. */
export async function saveOneTimeTokenUsed(
  tx: Tx,
  query: { tokenHash: string; purpose: TokenPurpose; now: Date },
): Promise<OneTimeTokenRow | undefined> {
  const row = await sqlOf(tx)
    .updateTable('oneTimeTokens')
    .set({ usedAt: query.now })
    .where('tokenHash', '=', query.tokenHash)
    .where('purpose', '=', query.purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', query.now)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row as OneTimeTokenRow | undefined;
}

/** Makes every link that an account was sent useless. */
export async function deleteUnusedOneTimeTokens(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('oneTimeTokens').where('userId', '=', query.userId).where('usedAt', 'is', null).execute();
}

export async function deleteUserOneTimeTokens(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('oneTimeTokens').where('userId', '=', query.userId).execute();
}

/** Forgets tokens that expired before `before`, at most 10,000; answers how many. */
export async function deleteExpiredOneTimeTokens(tx: Tx, query: { before: Date }): Promise<number> {
  const result = await sqlOf(tx)
    .deleteFrom('oneTimeTokens')
    .where('id', 'in', (eb) =>
      eb.selectFrom('oneTimeTokens').select('id').where('expiresAt', '<', query.before).limit(10_000),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
