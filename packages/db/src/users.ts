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

/** The account of an address, whatever its status. */
export async function findUserId(reader: Reader, query: { email: string }): Promise<string | undefined> {
  const row = await sqlOf(reader).selectFrom('users').select('id').where('email', '=', query.email).executeTakeFirst();
  return row?.id;
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

/**
 * Makes an account, unless the address has one already; answers the one that it has now. One statement, so that making
 * one and finding one take the same time.
 */
export async function insertOrFindUser(tx: Tx, user: NewUser): Promise<{ id: string; inserted: boolean }> {
  const { id, email, name, passwordHash, emailVerifiedAt, now } = user;
  const { rows } = await sql<{ id: string; inserted: boolean }>`
    with created as (
      insert into users (id, email, name, password_hash, email_verified_at, status, created_at, updated_at)
      values (${id}, ${email}, ${name}, ${passwordHash}, ${emailVerifiedAt}, 'active', ${now}, ${now})
      on conflict (email) do nothing
      returning id
    )
    select id, true as inserted from created
    union all
    select id, false from users where email = ${email}
  `.execute(sqlOf(tx));
  const [row] = rows;
  if (row) return row;
  // Made by another transaction since the statement began, which is why it does not see it.
  const other = await findUserId(tx, { email });
  if (other === undefined) throw new Error('The account vanished while its address was registered.');
  return { id: other, inserted: false };
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

/** Marks the address as proven; the first proof counts. */
export async function saveEmailVerified(tx: Tx, user: { id: string; now: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('users')
    .set({ emailVerifiedAt: user.now, updatedAt: user.now })
    .where('id', '=', user.id)
    .where('emailVerifiedAt', 'is', null)
    .execute();
}

/** Gives an account another, proven address. Violates `users_email_key` when it is another account's. */
export async function saveEmail(tx: Tx, user: { id: string; email: string; now: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('users')
    .set({ email: user.email, emailVerifiedAt: user.now, updatedAt: user.now })
    .where('id', '=', user.id)
    .execute();
}

/** Leaves nothing of an account but that it was there. */
export async function saveUserErased(tx: Tx, user: { id: string; email: string; now: Date }): Promise<void> {
  const { id, email, now } = user;
  await sqlOf(tx)
    .updateTable('users')
    .set({ email, name: null, passwordHash: null, emailVerifiedAt: null, status: 'erased', updatedAt: now })
    .where('id', '=', id)
    .execute();
}
