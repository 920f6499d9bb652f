import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface SigningKeyRow {
  kid: string;
  publicJwk: unknown;
  privateKeySealed: string;
  createdAt: Date;
  /** From when on it signs no more; its tokens verify until they expire. */
  retiredAt: Date | null;
  /** When it was found to be in wrong hands: it is dead, and its tokens with it. */
  revokedAt: Date | null;
}

const ADVISORY_LOCK = 7_236_402;

/** What verifies tokens: keys in use, and those retired after `retiredAfter`, newest first. */
export async function listSigningKeys(reader: Reader, query: { retiredAfter: Date }): Promise<SigningKeyRow[]> {
  return sqlOf(reader)
    .selectFrom('signingKeys')
    .select(['kid', 'publicJwk', 'privateKeySealed', 'createdAt', 'retiredAt', 'revokedAt'])
    .where('revokedAt', 'is', null)
    .where(({ or, eb }) => or([eb('retiredAt', 'is', null), eb('retiredAt', '>', query.retiredAfter)]))
    .orderBy('createdAt', 'desc')
    .orderBy('kid', 'desc')
    .limit(100)
    .execute();
}

/** The history of the keys, newest first, at most 100. */
export async function listEverySigningKey(
  reader: Reader,
): Promise<Omit<SigningKeyRow, 'publicJwk' | 'privateKeySealed'>[]> {
  return sqlOf(reader)
    .selectFrom('signingKeys')
    .select(['kid', 'createdAt', 'retiredAt', 'revokedAt'])
    .orderBy('createdAt', 'desc')
    .orderBy('kid', 'desc')
    .limit(100)
    .execute();
}

export type NewSigningKey = Omit<SigningKeyRow, 'retiredAt' | 'revokedAt'>;

/** Until the transaction ends, nobody else who asks for this lock adds a key. */
export async function lockSigningKeys(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK}::bigint)`.execute(sqlOf(tx));
}

export async function insertSigningKey(tx: Tx, key: NewSigningKey): Promise<void> {
  await sqlOf(tx)
    .insertInto('signingKeys')
    .values({ ...key, publicJwk: JSON.stringify(key.publicJwk) })
    .execute();
}

/** Retires every key that is not retired yet. */
export async function saveRetirement(tx: Tx, { retiredAt }: { retiredAt: Date }): Promise<void> {
  await sqlOf(tx).updateTable('signingKeys').set({ retiredAt }).where('retiredAt', 'is', null).execute();
}

/** Revokes every key there is. */
export async function saveRevocation(tx: Tx, { revokedAt }: { revokedAt: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('signingKeys')
    .set({ revokedAt, retiredAt: sql`least(retired_at, ${revokedAt})` })
    .where('revokedAt', 'is', null)
    .execute();
}
