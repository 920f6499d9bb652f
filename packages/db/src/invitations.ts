import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Tx } from './types.ts';

/** An account that has been asked to join the staff and has not answered. */
export interface InvitationRow {
  userId: string;
  /** Where it was sent. */
  email: string;
  invitedBy: string;
  /** The account was made for it, and has no password yet. */
  madeAccount: boolean;
  /** What it gives, by name. */
  roles: string[];
  createdAt: Date;
  expiresAt: Date;
}

/** Lock the account first. */
export async function lockInvitation(tx: Tx, query: { userId: string }): Promise<InvitationRow | undefined> {
  return sqlOf(tx)
    .selectFrom('invitations')
    .select(['userId', 'email', 'invitedBy', 'madeAccount', 'createdAt', 'expiresAt'])
    .select(
      sql<string[]>`array(
      select role_name from invitation_roles where user_id = invitations.user_id order by role_name
    )`.as('roles'),
    )
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
