import { type ExpressionBuilder, sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Schema } from './schema.gen.ts';
import type { Reader, Tx } from './types.ts';

export interface UserRow {
  id: string;
  /** Trimmed and lower-cased. */
  email: string;
  name: string | null;
  /** Null for a person who only ever signs in through an identity provider. */
  passwordHash: string | null;
  /** How often it was changed, from 1; a new hash of the same password does not count. */
  passwordVersion: number;
  /** Names of the staff roles it has, by name; none for a customer. */
  roles: string[];
  /** `active`, `disabled` or `erased`. */
  status: string;
  emailVerifiedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = [
  'id',
  'email',
  'name',
  'passwordHash',
  'passwordVersion',
  'status',
  'emailVerifiedAt',
  'createdAt',
] as const;

const columns = (_builder: ExpressionBuilder<Schema, 'users'>) => [...COLUMNS, roleNames()] as const;

/** The names of an account's staff roles, in the statement that reads the account. */
function roleNames() {
  return sql<string[]>`array(select role_name from user_roles where user_id = users.id order by role_name)`.as('roles');
}

export async function findUser(reader: Reader, query: { id: string }): Promise<UserRow | undefined> {
  return sqlOf(reader).selectFrom('users').select(columns).where('id', '=', query.id).executeTakeFirst();
}

export async function findUserByEmail(reader: Reader, query: { email: string }): Promise<UserRow | undefined> {
  return sqlOf(reader).selectFrom('users').select(columns).where('email', '=', query.email).executeTakeFirst();
}

/** The account that has been an administrator's for the longest time. */
export async function findAdministrator(reader: Reader): Promise<UserRow | undefined> {
  return sqlOf(reader)
    .selectFrom('users')
    .select(columns)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('userRoles')
          .select('roleName')
          .whereRef('userId', '=', 'users.id')
          .where('roleName', '=', 'administrator'),
      ),
    )
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

export async function lockUser(tx: Tx, query: { id: string }): Promise<UserRow | undefined> {
  return sqlOf(tx).selectFrom('users').select(columns).where('id', '=', query.id).forUpdate().executeTakeFirst();
}

export async function lockUserByEmail(tx: Tx, query: { email: string }): Promise<UserRow | undefined> {
  return sqlOf(tx).selectFrom('users').select(columns).where('email', '=', query.email).forUpdate().executeTakeFirst();
}

/**
 * What a log-in must find again when it opens its session. The row is held until the transaction ends: whoever changes
 * the password or disables the account comes before, and is seen here, or after, and ends the new session too.
 */
export async function lockUserForSignIn(
  tx: Tx,
  query: { id: string },
): Promise<Pick<UserRow, 'status' | 'passwordVersion'> | undefined> {
  return sqlOf(tx)
    .selectFrom('users')
    .select(['status', 'passwordVersion'])
    .where('id', '=', query.id)
    .forShare()
    .executeTakeFirst();
}

export interface NewUser {
  id: string;
  email: string;
  name: string | null;
  passwordHash: string | null;
  emailVerifiedAt: Date | null;
  now: Date;
}

/** Answers false, and changes nothing, when the address has an account already. */
export async function insertUser(tx: Tx, user: NewUser): Promise<boolean> {
  const { now, ...values } = user;
  const inserted = await sqlOf(tx)
    .insertInto('users')
    .values({ ...values, status: 'active', createdAt: now, updatedAt: now })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Replaces the password: log-ins that were proven with the old one open nothing any more. */
export async function savePassword(tx: Tx, user: { id: string; passwordHash: string; now: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('users')
    .set(({ eb }) => ({
      passwordHash: user.passwordHash,
      passwordVersion: eb('passwordVersion', '+', 1),
      updatedAt: user.now,
    }))
    .where('id', '=', user.id)
    .execute();
}

export async function saveUserStatus(
  tx: Tx,
  user: { id: string; status: 'active' | 'disabled'; now: Date },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('users')
    .set({ status: user.status, updatedAt: user.now })
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
