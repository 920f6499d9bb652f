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
