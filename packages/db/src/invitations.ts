import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** An account that has been asked to join the staff and has not answered. */
export interface InvitationRow {
  userId: string;
  /** Where it was sent. */
  email: string;
  invitedBy: string;
  /** The fact that announces it, and the one-time token of its link. */
  linkId: string;
  /** What it gives, by name. */
  roles: string[];
  createdAt: Date;
  expiresAt: Date;
}

const COLUMNS = ['userId', 'email', 'invitedBy', 'linkId', 'createdAt', 'expiresAt'] as const;

const roleNames = () =>
  sql<string[]>`array(
    select role_name from invitation_roles where user_id = invitations.user_id order by role_name
  )`.as('roles');

export async function findInvitation(reader: Reader, query: { userId: string }): Promise<InvitationRow | undefined> {
  return sqlOf(reader)
    .selectFrom('invitations')
    .select(COLUMNS)
    .select(roleNames())
    .where('userId', '=', query.userId)
    .executeTakeFirst();
}

/** Lock the account first. */
export async function lockInvitation(tx: Tx, query: { userId: string }): Promise<InvitationRow | undefined> {
  return sqlOf(tx)
    .selectFrom('invitations')
    .select(COLUMNS)
    .select(roleNames())
    .where('userId', '=', query.userId)
    .forUpdate()
    .executeTakeFirst();
}

/** Puts an invitation in the place of the account's earlier one. */
export async function saveInvitation(tx: Tx, invitation: InvitationRow): Promise<void> {
  const { roles, ...row } = invitation;
  const { userId } = row;
  await sqlOf(tx)
    .insertInto('invitations')
    .values(row)
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(row))
    .execute();
  await sqlOf(tx).deleteFrom('invitationRoles').where('userId', '=', userId).execute();
  await sqlOf(tx)
    .insertInto('invitationRoles')
    .values(roles.map((roleName) => ({ userId, roleName })))
    .execute();
}

export async function deleteInvitation(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('invitations').where('userId', '=', query.userId).execute();
}
