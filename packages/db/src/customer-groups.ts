import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export interface CustomerGroupRow {
  code: string;
  name: string;
  description: string;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = ['code', 'name', 'description', 'createdAt', 'updatedAt'] as const;

/** By code, after the group `after`, with how many are in it. */
export async function listCustomerGroups(
  reader: Reader,
  query: { after: string | null; limit: number },
): Promise<(CustomerGroupRow & { memberCount: number })[]> {
  const { after, limit } = query;
  return sqlOf(reader)
    .selectFrom('customerGroups')
    .select([...COLUMNS, memberCount()])
    .$if(after !== null, (each) => each.where('code', '>', after ?? ''))
    .orderBy('code')
    .limit(limit)
    .execute();
}

export async function findCustomerGroup(
  reader: Reader,
  query: { code: string },
): Promise<(CustomerGroupRow & { memberCount: number }) | undefined> {
  return sqlOf(reader)
    .selectFrom('customerGroups')
    .select([...COLUMNS, memberCount()])
    .where('code', '=', query.code)
    .executeTakeFirst();
}

function memberCount() {
  return sql<number>`(select count(*) from customer_group_members m where m.group_code = customer_groups.code)`.as(
    'memberCount',
  );
}

/** The groups of a customer, by code. */
export async function listGroupsOfCustomer(
  reader: Reader,
  query: { userId: string },
): Promise<{ code: string; name: string; addedAt: Date }[]> {
  return sqlOf(reader)
    .selectFrom('customerGroupMembers')
    .innerJoin('customerGroups', 'customerGroups.code', 'customerGroupMembers.groupCode')
    .select(['customerGroups.code', 'customerGroups.name', 'customerGroupMembers.addedAt'])
    .where('customerGroupMembers.userId', '=', query.userId)
    .orderBy('customerGroups.code')
    .execute();
}

/** Violates `customer_groups_pkey` and `customer_groups_name_key`. */
export async function insertCustomerGroup(tx: Tx, group: CustomerGroupRow): Promise<void> {
  await sqlOf(tx).insertInto('customerGroups').values(group).execute();
}

/** Changes what is given; false when there is no such group. Violates `customer_groups_name_key`. */
export async function saveCustomerGroup(
  tx: Tx,
  group: { code: string; name?: string; description?: string; now: Date },
): Promise<boolean> {
  const { code, now, ...values } = group;
  const saved = await sqlOf(tx)
    .updateTable('customerGroups')
    .set({ ...values, updatedAt: now })
    .where('code', '=', code)
    .returning('code')
    .executeTakeFirst();
  return saved !== undefined;
}

/** Deletes a group, not its members; false when there is no such group. */
export async function deleteCustomerGroup(tx: Tx, query: { code: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('customerGroups')
    .where('code', '=', query.code)
    .returning('code')
    .executeTakeFirst();
  return deleted !== undefined;
}

/**
 * Puts an account into a group; false when it was in it before. Violates `customer_group_members_group_code_fkey`
 * when there is no such group.
 */
export async function insertGroupMember(
  tx: Tx,
  member: { groupCode: string; userId: string; now: Date },
): Promise<boolean> {
  const inserted = await sqlOf(tx)
    .insertInto('customerGroupMembers')
    .values({ groupCode: member.groupCode, userId: member.userId, addedAt: member.now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('userId')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Takes an account out of a group; false when it was not in it. */
export async function deleteGroupMember(tx: Tx, query: { groupCode: string; userId: string }): Promise<boolean> {
  const deleted = await sqlOf(tx)
    .deleteFrom('customerGroupMembers')
    .where('groupCode', '=', query.groupCode)
    .where('userId', '=', query.userId)
    .returning('userId')
    .executeTakeFirst();
  return deleted !== undefined;
}

/** Takes an account out of every group. */
export async function deleteMemberships(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('customerGroupMembers').where('userId', '=', query.userId).execute();
}
