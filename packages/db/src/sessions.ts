import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { HeldRole } from './roles.ts';
import type { Reader, Tx } from './types.ts';

export interface SessionRow {
  /** SHA-256 of the session id, in hex. */
  id: string;
  userId: string;
  generation: number;
  /** When the current generation began. */
  rotatedAt: Date;
  expiresAt: Date;
  createdAt: Date;
  userAgent: string | null;
  /** The address it began at. */
  address: string | null;
  /** When the person last proved who they are, and how (RFC 8176). */
  authenticatedAt: Date;
  amr: string[];
  /** The member of staff who looks at the store as this account; null for its owner. */
  impersonatorId: string | null;
  /** The session of theirs that this one began in, and ends with; absent for its owner. */
  impersonatorSessionId?: string;
}

/** What holds now for the member of staff behind a session. */
export interface SessionImpersonator {
  status: string;
  roles: HeldRole[];
}

/** What a session says of its owner. */
export interface SessionUser {
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  /** Staff roles, by name. */
  roles: HeldRole[];
  status: string;
  hasSecondFactor: boolean;
  userCreatedAt: Date;
}

const COLUMNS = [
  'sessions.id',
  'sessions.userId',
  'sessions.generation',
  'sessions.rotatedAt',
  'sessions.expiresAt',
  'sessions.createdAt',
  'sessions.userAgent',
  'sessions.address',
  'sessions.authenticatedAt',
  'sessions.amr',
  'sessions.impersonatorId',
] as const;

/** An account's staff roles with their permissions, in the statement that reads the session. */
const heldRoles = (userId: 'users.id' | 'sessions.impersonatorId') =>
  sql<HeldRole[]>`(
    select coalesce(json_agg(json_build_object('name', r.name, 'permissions', r.permissions) order by r.name), '[]')
    from user_roles ur join roles r on r.name = ur.role_name
    where ur.user_id = ${sql.ref(userId)}
  )`;

const impersonator = () =>
  sql<SessionImpersonator | null>`(
    select json_build_object('status', i.status, 'roles', ${heldRoles('sessions.impersonatorId')})
    from users i where i.id = sessions.impersonator_id
  )`;

/** Whether the owner has a second factor, in the statement that reads the session. */
const hasSecondFactor = () =>
  sql<boolean>`(
    exists (select from totp_factors where user_id = users.id and confirmed_at is not null)
    or exists (select from passkeys where user_id = users.id)
  )`.as('hasSecondFactor');

/** Alive at `now` means: before its end, and used after `idleSince`. */
export interface SessionQuery {
  id: string;
  now: Date;
  idleSince: Date;
}

/** The session and its owner, unless it has expired. */
export async function findSession(
  reader: Reader,
  query: SessionQuery,
): Promise<(SessionRow & SessionUser & { impersonator: SessionImpersonator | null }) | undefined> {
  return sqlOf(reader)
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .select(COLUMNS)
    .select(['users.email', 'users.emailVerifiedAt', 'users.name', 'users.status', 'users.createdAt as userCreatedAt'])
    .select([heldRoles('users.id').as('roles'), hasSecondFactor(), impersonator().as('impersonator')])
    .where('sessions.id', '=', query.id)
    .where('sessions.expiresAt', '>', query.now)
    .where('sessions.rotatedAt', '>', query.idleSince)
    .executeTakeFirst();
}

/**
 * Whose session it is, locked, as it is now; undefined when the session has ended or its owner is not active. What
 * ends sessions or changes roles comes before, and is seen here, or waits until the transaction ends.
 */
export async function lockSessionOwner(
  tx: Tx,
  query: { id: string; userId: string },
): Promise<{ roles: HeldRole[] } | undefined> {
  const { id, userId } = query;
  await sqlOf(tx).selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst();
  // A statement of its own, which sees what was committed while the lock was waited for.
  return sqlOf(tx)
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .select(heldRoles('users.id').as('roles'))
    .where('sessions.id', '=', id)
    .where('users.id', '=', userId)
    .where('users.status', '=', 'active')
    .executeTakeFirst();
}

/** The owner's own, without those of staff who look on; newest first, at most 1,000. */
export async function listUserSessions(
  reader: Reader,
  query: { userId: string; now: Date; idleSince: Date },
): Promise<SessionRow[]> {
  return sqlOf(reader)
    .selectFrom('sessions')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .where('impersonatorId', 'is', null)
    .where('expiresAt', '>', query.now)
    .where('rotatedAt', '>', query.idleSince)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(1000)
    .execute();
}

/** The addresses at which sessions of an account's owner began, at most 1,000, those that have ended but for deletion too. */
export async function listSessionAddresses(reader: Reader, query: { email: string }): Promise<string[]> {
  const rows = await sqlOf(reader)
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .select('sessions.address')
    .distinct()
    .where('users.email', '=', query.email)
    .where('sessions.address', 'is not', null)
    .where('sessions.impersonatorId', 'is', null)
    .limit(1000)
    .execute();
  return rows.flatMap(({ address }) => address ?? []);
}

export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  await sqlOf(tx).insertInto('sessions').values(session).execute();
}

/** Moves a session on from `generation`, once: answers false when it was somewhere else. */
export async function saveSessionRotation(
  tx: Tx,
  rotation: { id: string; generation: number; rotatedAt: Date },
): Promise<boolean> {
  const rotated = await sqlOf(tx)
    .updateTable('sessions')
    .set({ generation: rotation.generation + 1, rotatedAt: rotation.rotatedAt })
    .where('id', '=', rotation.id)
    .where('generation', '=', rotation.generation)
    .returning('id')
    .executeTakeFirst();
  return rotated !== undefined;
}

/** Notes that the owner has proven who they are again; answers false when it is not their own session any more. */
export async function saveSessionProof(
  tx: Tx,
  proof: { id: string; userId: string; amr: readonly string[]; authenticatedAt: Date },
): Promise<boolean> {
  const proven = await sqlOf(tx)
    .updateTable('sessions')
    .set({
      authenticatedAt: proof.authenticatedAt,
      amr: sql<string[]>`amr || array(select m from unnest(${proof.amr}::text[]) m where m <> all (amr))`,
    })
    .where('id', '=', proof.id)
    .where('userId', '=', proof.userId)
    .where('impersonatorId', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return proven !== undefined;
}

export async function deleteSession(tx: Tx, query: { id: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('sessions').where('id', '=', query.id).execute();
}

/** Ends one of the owner's own sessions; answers false when it is not theirs or not there. */
export async function deleteUserSession(tx: Tx, query: { id: string; userId: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('sessions')
    .where('id', '=', query.id)
    .where('userId', '=', query.userId)
    .where('impersonatorId', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** Ends all sessions of an account, those of staff who look on as it included; `exceptId` stays. */
export async function deleteUserSessions(tx: Tx, query: { userId: string; exceptId?: string }): Promise<void> {
  const { userId, exceptId } = query;
  await sqlOf(tx)
    .deleteFrom('sessions')
    .where('userId', '=', userId)
    .$if(exceptId !== undefined, (qb) => qb.where('id', '!=', exceptId ?? ''))
    .execute();
}

/** Logs everybody out; answers how many sessions that ended. */
export async function deleteAllSessions(tx: Tx): Promise<number> {
  const result = await sqlOf(tx).deleteFrom('sessions').executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Those in which a member of staff looks at the store as a customer. */
export async function deleteImpersonationSessions(tx: Tx, query: { impersonatorId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('sessions').where('impersonatorId', '=', query.impersonatorId).execute();
}

/** Forgets sessions that can never be used again, at most 10,000; answers how many. */
export async function deleteExpiredSessions(tx: Tx, query: { now: Date; idleSince: Date }): Promise<number> {
  const result = await sqlOf(tx)
    .deleteFrom('sessions')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sessions')
        .select('id')
        .where(({ or, eb: is }) => or([is('expiresAt', '<=', query.now), is('rotatedAt', '<=', query.idleSince)]))
        .limit(10_000),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Ends the sessions in which a member of staff sees the store as somebody else. */
export async function deleteImpersonations(tx: Tx, query: { impersonatorId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('sessions').where('impersonatorId', '=', query.impersonatorId).execute();
}
