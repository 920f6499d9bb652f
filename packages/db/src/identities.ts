import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** A person's account at an identity provider. */
export interface IdentityRow {
  id: string;
  provider: string;
  subject: string;
  userId: string;
  /** At the provider, when it was linked. */
  email: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const COLUMNS = ['id', 'provider', 'subject', 'userId', 'email', 'createdAt', 'lastUsedAt'] as const;

export async function findIdentity(
  reader: Reader,
  query: { provider: string; subject: string },
): Promise<IdentityRow | undefined> {
  return sqlOf(reader)
    .selectFrom('identities')
    .select(COLUMNS)
    .where('provider', '=', query.provider)
    .where('subject', '=', query.subject)
    .executeTakeFirst();
}

/** Those of one account, oldest first, at most 100. */
export async function listIdentities(reader: Reader, query: { userId: string }): Promise<IdentityRow[]> {
  return sqlOf(reader)
    .selectFrom('identities')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(100)
    .execute();
}

/** Answers false, and changes nothing, when the identity belongs to an account already. */
export async function insertIdentity(tx: Tx, identity: IdentityRow): Promise<boolean> {
  const inserted = await sqlOf(tx)
    .insertInto('identities')
    .values(identity)
    .onConflict((conflict) => conflict.columns(['provider', 'subject']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Answers false when the identity is no longer the account's. */
export async function saveIdentityUse(
  tx: Tx,
  use: { provider: string; subject: string; userId: string; lastUsedAt: Date },
): Promise<boolean> {
  const saved = await sqlOf(tx)
    .updateTable('identities')
    .set({ lastUsedAt: use.lastUsedAt })
    .where('provider', '=', use.provider)
    .where('subject', '=', use.subject)
    .where('userId', '=', use.userId)
    .returning('id')
    .executeTakeFirst();
  return saved !== undefined;
}

export async function deleteIdentity(tx: Tx, query: { id: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('identities').where('id', '=', query.id).execute();
}

export async function deleteUserIdentities(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('identities').where('userId', '=', query.userId).execute();
}
