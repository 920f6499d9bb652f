import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface PasskeyRow {
  id: string;
  userId: string;
  /** base64url, as the browser says it. */
  credentialId: string;
  /** COSE key, base64url. */
  publicKey: string;
  /** How often the authenticator says it has signed; 0 for those that do not count. */
  signCount: number;
  transports: string[];
  name: string;
  /** Whether it is kept by more than the device that made it. */
  backedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** What a browser is asked to sign, and why. */
export type ChallengePurpose = 'register' | 'log_in' | 'second_factor' | 'step_up';

export interface Challenge {
  challenge: string;
  purpose: ChallengePurpose;
  /** Null where nobody has said who they are yet. */
  userId: string | null;
}

const COLUMNS = [
  'id',
  'userId',
  'credentialId',
  'publicKey',
  'signCount',
  'transports',
  'name',
  'backedUp',
  'createdAt',
  'lastUsedAt',
] as const;

/** Oldest first, at most 100. */
export async function listPasskeys(reader: Reader, query: { userId: string }): Promise<PasskeyRow[]> {
  return sqlOf(reader)
    .selectFrom('passkeys')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('id')
    .limit(100)
    .execute();
}

export async function findPasskey(reader: Reader, query: { credentialId: string }): Promise<PasskeyRow | undefined> {
  return sqlOf(reader)
    .selectFrom('passkeys')
    .select(COLUMNS)
    .where('credentialId', '=', query.credentialId)
    .executeTakeFirst();
}

/** Answers false, and changes nothing, when the credential belongs to an account already. */
export async function insertPasskey(tx: Tx, passkey: Omit<PasskeyRow, 'lastUsedAt'>): Promise<boolean> {
  const inserted = await sqlOf(tx)
    .insertInto('passkeys')
    .values(passkey)
    .onConflict((conflict) => conflict.column('credentialId').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Notes a use, unless the count says that another has used the key since: false, and nothing changes. */
export async function savePasskeyUse(tx: Tx, use: { id: string; signCount: number; usedAt: Date }): Promise<boolean> {
  const used = await sqlOf(tx)
    .updateTable('passkeys')
    .set({ signCount: use.signCount, lastUsedAt: use.usedAt })
    .where('id', '=', use.id)
    .where(({ eb, or, and, val }) =>
      or([eb('signCount', '<', use.signCount), and([eb('signCount', '=', 0), eb(val(use.signCount), '=', 0)])]),
    )
    .returning('id')
    .executeTakeFirst();
  return used !== undefined;
}

/** The renamed passkey; undefined when the account has none of that id. */
export async function savePasskeyName(
  tx: Tx,
  passkey: { id: string; userId: string; name: string },
): Promise<PasskeyRow | undefined> {
  return sqlOf(tx)
    .updateTable('passkeys')
    .set({ name: passkey.name })
    .where('id', '=', passkey.id)
    .where('userId', '=', passkey.userId)
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Answers whether the account had one of that id. */
export async function deletePasskey(tx: Tx, query: { id: string; userId: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('passkeys')
    .where('id', '=', query.id)
    .where('userId', '=', query.userId)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

export async function deleteUserPasskeys(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('passkeys').where('userId', '=', query.userId).execute();
}

export async function insertChallenge(tx: Tx, challenge: Challenge & { expiresAt: Date }): Promise<void> {
  await sqlOf(tx).insertInto('webauthnChallenges').values(challenge).execute();
}

/** Spends a challenge, once; false when it is not of this purpose and account, too old, or was answered before. */
export async function deleteChallenge(tx: Tx, query: Challenge & { now: Date }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('webauthnChallenges')
    .where('challenge', '=', query.challenge)
    .where('purpose', '=', query.purpose)
    .where('userId', 'is not distinct from', query.userId)
    .where('expiresAt', '>', query.now)
    .returning('challenge')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** Forgets challenges that can never be answered again, at most 10,000; answers how many. */
export async function deleteExpiredChallenges(tx: Tx, query: { now: Date }): Promise<number> {
  const result = await sqlOf(tx)
    .deleteFrom('webauthnChallenges')
    .where('challenge', 'in', (eb) =>
      eb.selectFrom('webauthnChallenges').select('challenge').where('expiresAt', '<=', query.now).limit(10_000),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
