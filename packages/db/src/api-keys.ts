import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { HeldRole } from './roles.ts';
import type { Db, Reader, Tx } from './types.ts';

/** A program's key. The key itself is not kept. */
export interface ApiKeyRow {
  id: string;
  /** Whoever made it: it can do nothing that they cannot. */
  userId: string;
  name: string;
  /** `cw_` and eight hex digits: how it begins. */
  prefix: string;
  permissions: string[];
  createdAt: Date;
  expiresAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const COLUMNS = [
  'id',
  'userId',
  'name',
  'prefix',
  'permissions',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
] as const;

/** The key of this hash that is neither revoked nor expired, whose maker's account is active, and the maker's roles. */
export async function findLiveApiKey(
  reader: Reader,
  query: { secretHash: string; now: Date },
): Promise<(ApiKeyRow & { makerRoles: HeldRole[] }) | undefined> {
  const { rows } = await sql<ApiKeyRow & { makerRoles: HeldRole[] }>`
    select k.id, k.user_id, k.name, k.prefix, k.permissions, k.created_at, k.expires_at, k.last_used_at, k.revoked_at,
      (select coalesce(json_agg(json_build_object('name', r.name, 'permissions', r.permissions) order by r.name), '[]')
       from user_roles ur join roles r on r.name = ur.role_name where ur.user_id = k.user_id) as maker_roles
    from api_keys k join users u on u.id = k.user_id
    where k.secret_hash = ${query.secretHash} and k.revoked_at is null and k.expires_at > ${query.now}
      and u.status = 'active'
  `.execute(sqlOf(reader));
  return rows[0];
}

/** Newest first, older than the key `afterId`, with the address of whoever made each. */
export async function listApiKeys(
  reader: Reader,
  query: { afterId: string | null; limit: number },
): Promise<(ApiKeyRow & { makerEmail: string })[]> {
  const { afterId, limit } = query;
  return sqlOf(reader)
    .selectFrom('apiKeys')
    .innerJoin('users', 'users.id', 'apiKeys.userId')
    .select(COLUMNS.map((column) => `apiKeys.${column}` as const))
    .select('users.email as makerEmail')
    .$if(afterId !== null, (qb) => qb.where('apiKeys.id', '<', afterId ?? ''))
    .orderBy('apiKeys.id', 'desc')
    .limit(limit)
    .execute();
}

export async function insertApiKey(
  tx: Tx,
  key: Omit<ApiKeyRow, 'lastUsedAt' | 'revokedAt'> & { secretHash: string },
): Promise<void> {
  await sqlOf(tx).insertInto('apiKeys').values(key).execute();
}

export async function lockApiKey(tx: Tx, query: { id: string }): Promise<ApiKeyRow | undefined> {
  return sqlOf(tx).selectFrom('apiKeys').select(COLUMNS).where('id', '=', query.id).forUpdate().executeTakeFirst();
}

export async function saveApiKeyRevoked(tx: Tx, key: { id: string; now: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('apiKeys')
    .set({ revokedAt: key.now })
    .where('id', '=', key.id)
    .where('revokedAt', 'is', null)
    .execute();
}

/** Notes that a key is in use, unless that was noted since `notedBefore`. In a statement of its own. */
export async function saveApiKeyUse(db: Db, use: { id: string; now: Date; notedBefore: Date }): Promise<void> {
  await sqlOf(db)
    .updateTable('apiKeys')
    .set({ lastUsedAt: use.now })
    .where('id', '=', use.id)
    .where(({ or, eb }) => or([eb('lastUsedAt', 'is', null), eb('lastUsedAt', '<=', use.notedBefore)]))
    .execute();
}

export async function deleteUserApiKeys(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('apiKeys').where('userId', '=', query.userId).execute();
}

/** An account's keys, newest first, at most 1,000. */
export async function listUserApiKeys(reader: Reader, query: { userId: string }): Promise<ApiKeyRow[]> {
  return sqlOf(reader)
    .selectFrom('apiKeys')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();
}
