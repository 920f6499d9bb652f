import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface AddressRow {
  id: string;
  userId: string;
  firstName: string;
  lastName: string;
  company: string | null;
  line1: string;
  line2: string | null;
  city: string;
  region: string | null;
  postalCode: string;
  country: string;
  phone: string | null;
  isDefaultShipping: boolean;
  isDefaultBilling: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** What the owner writes of an address. */
export type AddressValues = Omit<
  AddressRow,
  'id' | 'userId' | 'isDefaultShipping' | 'isDefaultBilling' | 'createdAt' | 'updatedAt'
>;

/** The two purposes that one address of an account at most is the default for. */
export type AddressUse = 'shipping' | 'billing';

const COLUMNS = [
  'id',
  'userId',
  'firstName',
  'lastName',
  'company',
  'line1',
  'line2',
  'city',
  'region',
  'postalCode',
  'country',
  'phone',
  'isDefaultShipping',
  'isDefaultBilling',
  'createdAt',
  'updatedAt',
] as const;

/** The newest first. */
export async function listAddresses(reader: Reader, query: { userId: string; limit: number }): Promise<AddressRow[]> {
  return sqlOf(reader)
    .selectFrom('customerAddresses')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute();
}

export async function findAddress(
  reader: Reader,
  query: { id: string; userId: string },
): Promise<AddressRow | undefined> {
  return sqlOf(reader)
    .selectFrom('customerAddresses')
    .select(COLUMNS)
    .where('id', '=', query.id)
    .where('userId', '=', query.userId)
    .executeTakeFirst();
}

/** Inserts an address that is no default yet, unless the account has `limit` of them: then answers false. */
export async function insertAddress(
  tx: Tx,
  address: { id: string; userId: string; values: AddressValues; limit: number; now: Date },
): Promise<boolean> {
  const { id, userId, values: v, limit, now } = address;
  const { rows } = await sql`
    insert into customer_addresses (id, user_id, first_name, last_name, company, line1, line2, city, region, postal_code,
      country, phone, created_at, updated_at)
    select ${id}::uuid, ${userId}::uuid, ${v.firstName}, ${v.lastName}, ${v.company}, ${v.line1}, ${v.line2}, ${v.city},
      ${v.region}, ${v.postalCode}, ${v.country}, ${v.phone}, ${now}::timestamptz, ${now}::timestamptz
    where (select count(*) from customer_addresses where user_id = ${userId}::uuid) < ${limit}
    returning id
  `.execute(sqlOf(tx));
  return rows.length > 0;
}

/** Changes an address of the account; false when it has no such address. */
export async function saveAddress(
  tx: Tx,
  address: { id: string; userId: string; values: AddressValues; now: Date },
): Promise<boolean> {
  const saved = await sqlOf(tx)
    .updateTable('customerAddresses')
    .set({ ...address.values, updatedAt: address.now })
    .where('id', '=', address.id)
    .where('userId', '=', address.userId)
    .returning('id')
    .executeTakeFirst();
  return saved !== undefined;
}

const FLAGS = { shipping: sql.ref('is_default_shipping'), billing: sql.ref('is_default_billing') } as const;

/**
 * Makes an address of the account its default for `use`; the one that was it is it no more. Under the account's lock:
 * two at once would violate `customer_addresses_one_default_shipping` or `…_billing`.
 */
export async function saveDefaultAddress(
  tx: Tx,
  address: { id: string; userId: string; use: AddressUse },
): Promise<void> {
  const flag = FLAGS[address.use];
  // Counted, so that the old default is gone before the index sees the new one.
  await sql`
    with former as (
      update customer_addresses set ${flag} = false
      where user_id = ${address.userId} and ${flag} and id <> ${address.id}
      returning id
    )
    update customer_addresses set ${flag} = true
    where id = ${address.id} and user_id = ${address.userId} and not ${flag} and (select count(*) from former) >= 0
  `.execute(sqlOf(tx));
}

/** Makes the newest address of the account the default for whatever none is. */
export async function saveMissingDefaults(tx: Tx, query: { userId: string }): Promise<void> {
  const { userId } = query;
  await sql`
    update customer_addresses a
    set is_default_shipping = a.is_default_shipping or not d.shipping, is_default_billing = a.is_default_billing or not d.billing
    from (
      select coalesce(bool_or(is_default_shipping), true) as shipping, coalesce(bool_or(is_default_billing), true) as billing
      from customer_addresses where user_id = ${userId}
    ) d
    where a.id = (select id from customer_addresses where user_id = ${userId} order by id desc limit 1)
      and not (d.shipping and d.billing)
  `.execute(sqlOf(tx));
}

/** Deletes an address of the account; false when it has no such address. */
export async function deleteAddress(tx: Tx, query: { id: string; userId: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('customerAddresses')
    .where('id', '=', query.id)
    .where('userId', '=', query.userId)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

export async function deleteAddresses(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('customerAddresses').where('userId', '=', query.userId).execute();
}
