import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** A way to prove the second factor. */
export type FactorMethod = 'totp' | 'recovery_code' | 'passkey';

export interface TotpRow {
  secretSealed: string;
  createdAt: Date;
  /** Null until a first code has shown that the app has the secret. */
  confirmedAt: Date | null;
}

/** What an account has. */
export interface FactorSummary {
  totpConfirmedAt: Date | null;
  recoveryCodesLeft: number;
  passkeyCount: number;
}

const LOCK_CLASS = 723_641;

/** Until the transaction ends, nobody else who asks for this lock adds or removes a factor of the account. */
export async function lockFactors(tx: Tx, query: { userId: string }): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_CLASS}::int, hashtext(${query.userId}))`.execute(sqlOf(tx));
}

/** The ways in which the account can prove its second factor; none when it has no second factor. */
export async function findMethods(reader: Reader, query: { userId: string }): Promise<FactorMethod[]> {
  const { totpConfirmedAt, recoveryCodesLeft, passkeyCount } = await findFactors(reader, query);
  if (totpConfirmedAt === null && passkeyCount === 0) return [];
  return [
    ...(totpConfirmedAt === null ? [] : (['totp'] as const)),
    ...(recoveryCodesLeft === 0 ? [] : (['recovery_code'] as const)),
    ...(passkeyCount === 0 ? [] : (['passkey'] as const)),
  ];
}

export async function findFactors(reader: Reader, query: { userId: string }): Promise<FactorSummary> {
  const { userId } = query;
  const { rows } = await sql<FactorSummary>`
    select
      (select confirmed_at from totp_factors where user_id = ${userId}) as totp_confirmed_at,
      (select count(*) from recovery_codes where user_id = ${userId} and used_at is null) as recovery_codes_left,
      (select count(*) from passkeys where user_id = ${userId}) as passkey_count
  `.execute(sqlOf(reader));
  return rows[0] ?? { totpConfirmedAt: null, recoveryCodesLeft: 0, passkeyCount: 0 };
}

export async function findTotp(reader: Reader, query: { userId: string }): Promise<TotpRow | undefined> {
  return sqlOf(reader)
    .selectFrom('totpFactors')
    .select(['secretSealed', 'createdAt', 'confirmedAt'])
    .where('userId', '=', query.userId)
    .executeTakeFirst();
}

/** Keeps a secret that is to be confirmed, in the place of another unconfirmed one; false when one is confirmed. */
export async function savePendingTotp(
  tx: Tx,
  totp: { userId: string; secretSealed: string; createdAt: Date },
): Promise<boolean> {
  const { secretSealed, createdAt } = totp;
  const saved = await sqlOf(tx)
    .insertInto('totpFactors')
    .values(totp)
    .onConflict((conflict) =>
      conflict.column('userId').doUpdateSet({ secretSealed, createdAt }).where('totpFactors.confirmedAt', 'is', null),
    )
    .returning('userId')
    .executeTakeFirst();
  return saved !== undefined;
}

/** Confirms the secret whose code of `step` was right, once; false when it is another secret or is confirmed. */
export async function saveTotpConfirmed(
  tx: Tx,
  totp: { userId: string; secretSealed: string; step: number; confirmedAt: Date },
): Promise<boolean> {
  const saved = await sqlOf(tx)
    .updateTable('totpFactors')
    .set({ confirmedAt: totp.confirmedAt, lastStep: totp.step })
    .where('userId', '=', totp.userId)
    .where('secretSealed', '=', totp.secretSealed)
    .where('confirmedAt', 'is', null)
    .returning('userId')
    .executeTakeFirst();
  return saved !== undefined;
}

/** Spends the code of `step`, once; false when it or a later one was used before, or the secret is another. */
export async function saveTotpStep(
  tx: Tx,
  use: { userId: string; secretSealed: string; step: number },
): Promise<boolean> {
  const saved = await sqlOf(tx)
    .updateTable('totpFactors')
    .set({ lastStep: use.step })
    .where('userId', '=', use.userId)
    .where('secretSealed', '=', use.secretSealed)
    .where('confirmedAt', 'is not', null)
    .where('lastStep', '<', use.step)
    .returning('userId')
    .executeTakeFirst();
  return saved !== undefined;
}

/** Answers whether there was a confirmed one. */
export async function deleteTotp(tx: Tx, query: { userId: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('totpFactors')
    .where('userId', '=', query.userId)
    .returning('confirmedAt')
    .executeTakeFirst();
  return deleted !== undefined && deleted.confirmedAt !== null;
}

/** Puts these codes in the place of all others of the account. */
export async function saveRecoveryCodes(
  tx: Tx,
  codes: { userId: string; hashes: readonly string[]; createdAt: Date },
): Promise<void> {
  const { userId, hashes, createdAt } = codes;
  await deleteRecoveryCodes(tx, { userId });
  await sqlOf(tx)
    .insertInto('recoveryCodes')
    .values(hashes.map((codeHash) => ({ userId, codeHash, createdAt })))
    .execute();
}

/** Spends a code, once; false when there is none or it was used before. */
export async function saveRecoveryCodeUsed(
  tx: Tx,
  use: { userId: string; codeHash: string; usedAt: Date },
): Promise<boolean> {
  const used = await sqlOf(tx)
    .updateTable('recoveryCodes')
    .set({ usedAt: use.usedAt })
    .where('userId', '=', use.userId)
    .where('codeHash', '=', use.codeHash)
    .where('usedAt', 'is', null)
    .returning('userId')
    .executeTakeFirst();
  return used !== undefined;
}

export async function deleteRecoveryCodes(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('recoveryCodes').where('userId', '=', query.userId).execute();
}
