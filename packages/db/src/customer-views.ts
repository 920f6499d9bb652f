import { type RawBuilder, sql } from 'kysely';
import type { AddressRow } from './customer-addresses.ts';
import { sqlOf } from './handle.ts';
import type { Reader } from './types.ts';

/** A line of the staff's customer list. */
export interface CustomerLine {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  phone: string | null;
  status: string;
  /** Codes of its groups. */
  groups: string[];
  createdAt: Date;
}

/** Everything staff see of a customer. Dates inside the JSON lists are ISO 8601 texts. */
export interface CustomerDetails {
  id: string;
  email: string;
  emailVerifiedAt: Date | null;
  name: string | null;
  phone: string | null;
  locale: string | null;
  currency: string | null;
  status: string;
  version: number;
  groups: { code: string; name: string }[];
  addresses: Omit<AddressRow, 'userId' | 'createdAt' | 'updatedAt'>[];
  /** The newest of each channel. */
  consents: { channel: string; action: string; source: string; textVersion: string | null; at: string }[];
  /** Placed and not cancelled. */
  orders: { currency: string; count: number; totalMinor: number }[];
  lastOrderAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** An account without a staff role that has not been erased. */
const IS_CUSTOMER = sql`u.status <> 'erased' and not exists (select from user_roles r where r.user_id = u.id)`;

export async function findCustomerDetails(reader: Reader, query: { id: string }): Promise<CustomerDetails | undefined> {
  const { rows } = await sql<CustomerDetails>`
    select u.id, u.email, u.email_verified_at, u.name, u.phone, u.locale, u.currency, u.status,
      u.profile_version as version,
      (
        select coalesce(json_agg(json_build_object('code', g.code, 'name', g.name) order by g.code), '[]')
        from customer_group_members m join customer_groups g on g.code = m.group_code where m.user_id = u.id
      ) as groups,
      (
        select coalesce(json_agg(json_build_object(
          'id', a.id, 'firstName', a.first_name, 'lastName', a.last_name, 'company', a.company, 'line1', a.line1,
          'line2', a.line2, 'city', a.city, 'region', a.region, 'postalCode', a.postal_code, 'country', a.country,
          'phone', a.phone, 'isDefaultShipping', a.is_default_shipping, 'isDefaultBilling', a.is_default_billing
        ) order by a.id desc), '[]')
        from customer_addresses a where a.user_id = u.id
      ) as addresses,
      (
        select coalesce(json_agg(json_build_object(
          'channel', c.channel, 'action', c.action, 'source', c.source, 'textVersion', c.text_version, 'at', c.at
        ) order by c.channel), '[]')
        from (
          select distinct on (channel) * from marketing_consents where user_id = u.id order by channel, id desc
        ) c
      ) as consents,
      (
        select coalesce(json_agg(json_build_object(
          'currency', o.currency, 'count', o.count, 'totalMinor', o.total
        ) order by o.currency), '[]')
        from (
          select currency, count(*) as count, sum(total_minor) as total from orders
          where customer_id = u.id and status in ('confirmed', 'completed') group by currency
        ) o
      ) as orders,
      (
        select max(placed_at) from orders where customer_id = u.id and status in ('confirmed', 'completed')
      ) as last_order_at,
      u.created_at, u.updated_at
    from users u where u.id = ${query.id} and ${IS_CUSTOMER}
  `.execute(sqlOf(reader));
  return rows[0];
}

export interface CustomerSearch {
  /** The beginning of the address, in lower case. */
  email: string | null;
  /** Each of its words begins a word of the name, whatever their case and accents. */
  name: string | null;
  /** The last digits of the number. */
  phoneEnd: string | null;
  group: string | null;
  status: string | null;
  createdFrom: Date | null;
  createdBefore: Date | null;
  /** The id of the row that comes before the page. */
  after: string | null;
  limit: number;
}

/** The newest first, by id, which sorts by time. */
export async function searchCustomers(reader: Reader, search: CustomerSearch): Promise<CustomerLine[]> {
  const { group, status, createdFrom, createdBefore, after, limit } = search;
  const texts = textConditions(search);
  const conditions = [
    IS_CUSTOMER,
    ...(status === null ? [] : [sql`u.status = ${status}`]),
    ...(createdFrom === null ? [] : [sql`u.created_at >= ${createdFrom}`]),
    ...(createdBefore === null ? [] : [sql`u.created_at < ${createdBefore}`]),
    ...(after === null ? [] : [sql`u.id < ${after}::uuid`]),
    // Also said of the member, so that a group is read in the order of its index.
    ...(after === null || group === null ? [] : [sql`m.user_id < ${after}::uuid`]),
  ];
  // What a text matches is found by its own index first: a plan that walked all customers until enough of them match
  // would be fast for common texts and slow for rare ones.
  const found =
    texts.length === 0
      ? sql``
      : sql`with found as materialized (
    select u.id from users u where ${sql.join(texts, sql` and `)}
  )`;
  const { rows } = await sql<CustomerLine>`
    ${found}
    select u.id, u.email, u.email_verified_at, u.name, u.phone, u.status,
      array(select group_code from customer_group_members where user_id = u.id order by group_code) as groups,
      u.created_at
    from users u
    ${texts.length === 0 ? sql`` : sql`join found on found.id = u.id`}
    ${group === null ? sql`` : sql`join customer_group_members m on m.user_id = u.id and m.group_code = ${group}`}
    where ${sql.join(conditions, sql` and `)}
    order by ${group === null ? sql`u.id` : sql`m.user_id`} desc
    limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}

/** Ranges instead of `like`: nothing in the text has a meaning of its own, and a prepared statement keeps its index. */
function textConditions({ email, name, phoneEnd }: CustomerSearch): RawBuilder<unknown>[] {
  const reversed = phoneEnd === null ? '' : [...phoneEnd].reverse().join('');
  return [
    ...(email === null ? [] : [sql`u.email ~>=~ ${email} and u.email ~<~ ${email + LAST}`]),
    ...(name === null ? [] : [sql`name_words(u.name) @@ name_query(${name})`]),
    ...(phoneEnd === null
      ? []
      : [sql`u.phone is not null and reverse(u.phone) ~>=~ ${reversed} and reverse(u.phone) ~<~ ${reversed + LAST}`]),
  ];
}

/** Sorts after every other character, by code point. */
const LAST = '\u{10ffff}';
