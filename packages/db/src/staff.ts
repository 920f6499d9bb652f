import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader } from './types.ts';

/** An account that has a staff role, or is invited to one. */
export interface StaffRow {
  id: string;
  email: string;
  name: string | null;
  /** `active` or `disabled`. */
  status: string;
  /** By name. */
  roles: string[];
  /** Timestamps inside it are ISO 8601 text. */
  invitation: {
    roles: string[];
    invitedBy: { id: string; email: string };
    createdAt: string;
    expiresAt: string;
  } | null;
  createdAt: Date;
}

/** Staff, those who joined last first, after the account `afterId`; with `userId` that one account, if it is staff. */
export async function listStaff(
  reader: Reader,
  query: { userId: string | null; roleName: string | null; afterId: string | null; limit: number },
): Promise<StaffRow[]> {
  const { userId, roleName, afterId, limit } = query;
  const { rows } = await sql<StaffRow>`
    select u.id, u.email, u.name, u.status, u.created_at,
      array(select role_name from user_roles where user_id = u.id order by role_name) as roles,
      (select json_build_object(
          'roles', array(select role_name from invitation_roles where user_id = u.id order by role_name),
          'invitedBy', json_build_object('id', by.id, 'email', by.email),
          'createdAt', i.created_at, 'expiresAt', i.expires_at)
        from invitations i join users by on by.id = i.invited_by where i.user_id = u.id) as invitation
    from users u
    where u.id in (
        select user_id from user_roles where ${roleName}::text is null or role_name = ${roleName}
        union
        select user_id from invitation_roles where ${roleName}::text is null or role_name = ${roleName}
      )
      and u.status <> 'erased'
      and (${userId}::uuid is null or u.id = ${userId}::uuid)
      and (${afterId}::uuid is null or u.id < ${afterId}::uuid)
    order by u.id desc
    limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}
