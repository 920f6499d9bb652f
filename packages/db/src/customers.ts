import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** What an account says of its owner. */
export interface ProfileRow {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  /** Digits with or without a leading plus. */
  phone: string | null;
  /** BCP 47. */
  locale: string | null;
  /** ISO 4217, one of the store's. */
  currency: string | null;
  version: number;
  /** Channels of marketing that the account agrees to now. */
  consents: string[];
  createdAt: Date;
  updatedAt: Date;
}

export async function findProfile(reader: Reader, query: { userId: string }): Promise<ProfileRow | undefined> {
  const { rows } = await sql<ProfileRow>`
    select u.id, u.email, u.email_verified_at, u.name, u.phone, u.locale, u.currency, u.profile_version as version,
      array(
        select channel from (
          select distinct on (channel) channel, action from marketing_consents
          where user_id = u.id order by channel, id desc
        ) newest where action = 'granted'
      ) as consents,
      u.created_at, u.updated_at
    from users u where u.id = ${query.userId}
  `.execute(sqlOf(reader));
  return rows[0];
}

/** Whether there is such an account, without a staff role and not erased. */
export async function isCustomer(reader: Reader, query: { id: string }): Promise<boolean> {
  const { rows } = await sql`
    select id from users u
    where id = ${query.id} and status <> 'erased' and not exists (select from user_roles where user_id = u.id)
  `.execute(sqlOf(reader));
  return rows.length > 0;
}

/** The account as a change of it needs to know it. */
export interface LockedCustomer {
  id: string;
  name: string | null;
  phone: string | null;
  locale: string | null;
  currency: string | null;
  status: string;
  version: number;
  /** It has a staff role. */
  isStaff: boolean;
}

/**
 * Whatever belongs to the account and is changed under this lock is changed by one at a time. Rows that refer to the
 * account, such as sessions and orders, can be written meanwhile.
 */
export async function lockCustomer(tx: Tx, query: { id: string }): Promise<LockedCustomer | undefined> {
  const { rows } = await sql<LockedCustomer>`
    select id, name, phone, locale, currency, status, profile_version as version,
      exists (select from user_roles where user_id = users.id) as is_staff
    from users where id = ${query.id} for no key update
  `.execute(sqlOf(tx));
  return rows[0];
}

/** Saves the profile and counts its version up. Violates `users_currency_fkey` when the store has no such currency. */
export async function saveProfile(
  tx: Tx,
  profile: Pick<ProfileRow, 'id' | 'name' | 'phone' | 'locale' | 'currency'> & { now: Date },
): Promise<void> {
  const { id, now, ...values } = profile;
  await sqlOf(tx)
    .updateTable('users')
    .set(({ eb }) => ({ ...values, profileVersion: eb('profileVersion', '+', 1), updatedAt: now }))
    .where('id', '=', id)
    .execute();
}
