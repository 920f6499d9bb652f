import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface UserRow {
  id: string;
  /** Trimmed and lower-cased. */
  email: string;
  name: string | null;
  /** Null for a person who only ever signs in through an identity provider. */
  passwordHash: string | null;
  roles: string[];
  /** `active` or `disabled`. */
  status: string;
  emailVerifiedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = ['id', 'email', 'name', 'passwordHash', 'roles', 'status', 'emailVerifiedAt', 'createdAt'] as const;

export async function findUser(reader: Reader, query: { id: string }): Promise<UserRow | undefined> {
  return sqlOf(reader).selectFrom('users').select(COLUMNS).where('id', '=', query.id).executeTakeFirst();
}

export async function findUserByEmail(reader: Reader, query: { email: string }): Promise<UserRow | undefined> {
  return sqlOf(reader).selectFrom('users').select(COLUMNS).where('email', '=', query.email).executeTakeFirst();
}

/** The account that has been an administrator's for the longest time. */
export async function findAdministrator(reader: Reader): Promise<UserRow | undefined> {
  return sqlOf(reader)
    .selectFrom('users')
    .select(COLUMNS)
    .where(sql<boolean>`'administrator' = any(roles)`)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

export async function lockUserByEmail(tx: Tx, query: { email: string }): Promise<UserRow | undefined> {
  return sqlOf(tx).selectFrom('users').select(COLUMNS).where('email', '=', query.email).forUpdate().executeTakeFirst();
}

export interface NewUser {
  id: string;
  email: string;
  name: string | null;
  passwordHash: string | null;
  roles: readonly string[];
  emailVerifiedAt: Date | null;
  now: Date;
}

/** Answers false, and changes nothing, when the address has an account already. */
export async function insertUser(tx: Tx, user: NewUser): Promise<boolean> {
  const { now, roles, ...columns } = user;
  const inserted = await sqlOf(tx)
    .insertInto('users')
    .values({ ...columns, roles: [...roles], status: 'active', createdAt: now, updatedAt: now })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function saveUserRoles(
  tx: Tx,
  user: { id: string; roles: readonly string[]; passwordHash: string; now: Date },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('users')
    .set({ roles: [...user.roles], passwordHash: user.passwordHash, updatedAt: user.now })
    .where('id', '=', user.id)
    .execute();
}

/** Replaces one hash of a password by another of the same; a password changed meanwhile is left alone. */
export async function savePasswordRehash(
  tx: Tx,
  user: { id: string; from: string; to: string; now: Date },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('users')
    .set({ passwordHash: user.to, updatedAt: user.now })
    .where('id', '=', user.id)
    .where('passwordHash', '=', user.from)
    .execute();
}
