import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** A person's account at an identity provider. */
export interface IdentityRow {
  provider: string;
  subject: string;
  userId: string;
  createdAt: Date;
}

export async function findIdentity(
  reader: Reader,
  query: { provider: string; subject: string },
): Promise<IdentityRow | undefined> {
  return sqlOf(reader)
    .selectFrom('identities')
    .select(['provider', 'subject', 'userId', 'createdAt'])
    .where('provider', '=', query.provider)
    .where('subject', '=', query.subject)
    .executeTakeFirst();
}

/** Violates `identities_pkey` when the identity belongs to an account already. */
export async function insertIdentity(tx: Tx, identity: IdentityRow): Promise<void> {
  await sqlOf(tx).insertInto('identities').values(identity).execute();
}

export async function deleteUserIdentities(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('identities').where('userId', '=', query.userId).execute();
}
