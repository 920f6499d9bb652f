import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface SigningKeyRow {
  kid: string;
  publicJwk: unknown;
  privateKeySealed: string;
  createdAt: Date;
  retiredAt: Date | null;
}

const ADVISORY_LOCK = 7_236_402;

/** Keys in use, and those retired after `retiredAfter`, newest first. */
export async function listSigningKeys(reader: Reader, query: { retiredAfter: Date }): Promise<SigningKeyRow[]> {
  return sqlOf(reader)
    .selectFrom('signingKeys')
    .select(['kid', 'publicJwk', 'privateKeySealed', 'createdAt', 'retiredAt'])
    .where(({ or, eb }) => or([eb('retiredAt', 'is', null), eb('retiredAt', '>', query.retiredAfter)]))
    .orderBy('createdAt', 'desc')
    .orderBy('kid', 'desc')
    .limit(100)
    .execute();
}

/** Until the transaction ends, nobody else who asks for this lock adds a key. */
export async function lockSigningKeys(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK}::bigint)`.execute(sqlOf(tx));
}

export async function insertSigningKey(tx: Tx, key: Omit<SigningKeyRow, 'retiredAt'>): Promise<void> {
  await sqlOf(tx)
    .insertInto('signingKeys')
    .values({ ...key, publicJwk: JSON.stringify(key.publicJwk) })
    .execute();
}
