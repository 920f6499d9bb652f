import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** A set of permissions that staff can be given. */
export interface RoleRow {
  name: string;
  description: string;
  /** `resource:action`; empty for the built-in administrator, who has them all. */
  permissions: string[];
  builtIn: boolean;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A role as an account has it. */
export type HeldRole = Pick<RoleRow, 'name' | 'permissions'>;

const COLUMNS = ['name', 'description', 'permissions', 'builtIn', 'version', 'createdAt', 'updatedAt'] as const;

/** Every role, the built-in one first, with how many accounts have it. At most 1,000. */
export async function listRoles(reader: Reader): Promise<(RoleRow & { memberCount: number })[]> {
  const { rows } = await sql<RoleRow & { memberCount: number }>`
    select name, description, permissions, built_in, version, created_at, updated_at,
      (select count(*)::int from user_roles where role_name = roles.name) as member_count
    from roles order by built_in desc, name limit 1000
  `.execute(sqlOf(reader));
  return rows;
}

/** Those of the named roles that there are, by name. Until the transaction ends, none is changed or deleted. */
export async function lockRolesToGive(tx: Tx, query: { names: readonly string[] }): Promise<HeldRole[]> {
  return sqlOf(tx)
    .selectFrom('roles')
    .select(['name', 'permissions'])
    .where('name', '=', sql<string>`any(${query.names}::text[])`)
    .orderBy('name')
    .forShare()
    .execute();
}

/** Until the transaction ends nobody else changes the role, gives it or takes it away. */
export async function lockRole(tx: Tx, query: { name: string }): Promise<RoleRow | undefined> {
  return sqlOf(tx).selectFrom('roles').select(COLUMNS).where('name', '=', query.name).forUpdate().executeTakeFirst();
}

/** Answers undefined, and changes nothing, when there is a role of that name. */
export async function insertRole(
  tx: Tx,
  role: { name: string; description: string; permissions: readonly string[]; now: Date },
): Promise<RoleRow | undefined> {
  const { name, description, permissions, now } = role;
  return sqlOf(tx)
    .insertInto('roles')
    .values({ name, description, permissions: [...permissions], createdAt: now, updatedAt: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** Counts the version up. Lock the role first. */
export async function saveRole(
  tx: Tx,
  role: { name: string; description: string; permissions: readonly string[]; now: Date },
): Promise<RoleRow> {
  const { name, description, permissions, now } = role;
  return sqlOf(tx)
    .updateTable('roles')
    .set(({ eb }) => ({ description, permissions: [...permissions], version: eb('version', '+', 1), updatedAt: now }))
    .where('name', '=', name)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function deleteRole(tx: Tx, query: { name: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('roles').where('name', '=', query.name).execute();
}

/** Who has a role, and who is invited to it. */
export async function countRoleHolders(
  reader: Reader,
  query: { name: string },
): Promise<{ members: number; invitations: number }> {
  const { rows } = await sql<{ members: number; invitations: number }>`
    select (select count(*)::int from user_roles where role_name = ${query.name}) as members,
      (select count(*)::int from invitation_roles where role_name = ${query.name}) as invitations
  `.execute(sqlOf(reader));
  return rows[0] ?? { members: 0, invitations: 0 };
}

const ADMINISTRATOR_LOCK = 7_236_403;

/** Until the transaction ends, nobody else who asks for this lock adds or removes an administrator. */
export async function lockAdministrators(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ADMINISTRATOR_LOCK}::bigint)`.execute(sqlOf(tx));
}

/** Accounts that can log in and have the role administrator, `exceptUserId` left out. */
export async function countAdministrators(reader: Reader, query: { exceptUserId: string | null }): Promise<number> {
  const { count } = await sqlOf(reader)
    .selectFrom('userRoles')
    .innerJoin('users', 'users.id', 'userRoles.userId')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('userRoles.roleName', '=', 'administrator')
    .where('users.status', '=', 'active')
    .$if(query.exceptUserId !== null, (qb) => qb.where('users.id', '!=', query.exceptUserId ?? ''))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The staff roles of an account, by name. */
export async function listHeldRoles(reader: Reader, query: { userId: string }): Promise<HeldRole[]> {
  return sqlOf(reader)
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.name', 'userRoles.roleName')
    .select(['roles.name', 'roles.permissions'])
    .where('userRoles.userId', '=', query.userId)
    .orderBy('roles.name')
    .execute();
}

/** Giving a role that the account has already changes nothing. */
export async function insertUserRole(tx: Tx, grant: { userId: string; roleName: string; now: Date }): Promise<void> {
  await sqlOf(tx)
    .insertInto('userRoles')
    .values({ userId: grant.userId, roleName: grant.roleName, grantedAt: grant.now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Answers false when the account does not have the role. */
export async function deleteUserRole(tx: Tx, held: { userId: string; roleName: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('userRoles')
    .where('userId', '=', held.userId)
    .where('roleName', '=', held.roleName)
    .returning('userId')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** Takes every role from an account. */
export async function deleteUserRoles(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('userRoles').where('userId', '=', query.userId).execute();
}
