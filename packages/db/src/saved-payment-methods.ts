import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** What a payment provider keeps for an account, by its name there. Never card data. */
export interface SavedPaymentMethodRow {
  id: string;
  userId: string;
  provider: 'stripe';
  reference: string;
  /** `card`, or another word of the provider's. */
  type: string;
  brand: string | null;
  last4: string | null;
  expiresMonth: number | null;
  expiresYear: number | null;
  isDefault: boolean;
  createdAt: Date;
}

/** An account as a payment provider knows it. */
export interface PaymentCustomerRow {
  userId: string;
  provider: 'stripe';
  reference: string;
  createdAt: Date;
}

const COLUMNS = [
  'id',
  'userId',
  'provider',
  'reference',
  'type',
  'brand',
  'last4',
  'expiresMonth',
  'expiresYear',
  'isDefault',
  'createdAt',
] as const;

/** The newest first. */
export async function listSavedPaymentMethods(
  reader: Reader,
  query: { userId: string; limit: number },
): Promise<SavedPaymentMethodRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('savedPaymentMethods')
    .select(COLUMNS)
    .where('userId', '=', query.userId)
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute();
  return rows as SavedPaymentMethodRow[];
}

export async function findSavedPaymentMethod(
  reader: Reader,
  query: { id: string; userId: string },
): Promise<SavedPaymentMethodRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('savedPaymentMethods')
    .select(COLUMNS)
    .where('id', '=', query.id)
    .where('userId', '=', query.userId)
    .executeTakeFirst();
  return row as SavedPaymentMethodRow | undefined;
}

/** Whether an account keeps this of the provider's. */
export async function isPaymentMethodSaved(
  reader: Reader,
  query: { provider: string; reference: string },
): Promise<boolean> {
  const row = await sqlOf(reader)
    .selectFrom('savedPaymentMethods')
    .select('id')
    .where('provider', '=', query.provider)
    .where('reference', '=', query.reference)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findPaymentCustomer(
  reader: Reader,
  query: { userId: string; provider: string },
): Promise<PaymentCustomerRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('paymentCustomers')
    .select(['userId', 'provider', 'reference', 'createdAt'])
    .where('userId', '=', query.userId)
    .where('provider', '=', query.provider)
    .executeTakeFirst();
  return row as PaymentCustomerRow | undefined;
}

/** How the provider knows the account, if that account keeps the payment method. */
export async function findCustomerOfMethod(
  reader: Reader,
  query: { userId: string; provider: string; reference: string },
): Promise<string | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('savedPaymentMethods')
    .innerJoin('paymentCustomers', (join) =>
      join
        .onRef('paymentCustomers.userId', '=', 'savedPaymentMethods.userId')
        .onRef('paymentCustomers.provider', '=', 'savedPaymentMethods.provider'),
    )
    .select('paymentCustomers.reference')
    .where('savedPaymentMethods.userId', '=', query.userId)
    .where('savedPaymentMethods.provider', '=', query.provider)
    .where('savedPaymentMethods.reference', '=', query.reference)
    .executeTakeFirst();
  return row?.reference;
}

/** Changes nothing when the provider knows the account already. */
export async function insertPaymentCustomer(tx: Tx, customer: PaymentCustomerRow): Promise<void> {
  await sqlOf(tx)
    .insertInto('paymentCustomers')
    .values(customer)
    .onConflict((conflict) => conflict.columns(['userId', 'provider']).doNothing())
    .execute();
}

/** Violates `saved_payment_methods_provider_reference_key` when it is saved already, by whomever. */
export async function insertSavedPaymentMethod(tx: Tx, method: SavedPaymentMethodRow): Promise<void> {
  await sqlOf(tx).insertInto('savedPaymentMethods').values(method).execute();
}

/**
 * Makes one of the account's the default; the one that was it is it no more. Answers false when it has no such.
 * Under the account's lock: two at once would violate `saved_payment_methods_one_default`.
 */
export async function saveDefaultPaymentMethod(tx: Tx, method: { id: string; userId: string }): Promise<boolean> {
  const { id, userId } = method;
  // Counted, so that the old default is gone before the index sees the new one.
  const { rows } = await sql`
    with chosen as (
      select id from saved_payment_methods where id = ${id} and user_id = ${userId}
    ), former as (
      update saved_payment_methods set is_default = false
      where user_id = ${userId} and is_default and id <> ${id} and exists (select from chosen)
      returning id
    )
    update saved_payment_methods set is_default = true
    where id = (select id from chosen) and (select count(*) from former) >= 0
    returning id
  `.execute(sqlOf(tx));
  return rows.length > 0;
}

/** Deletes one of the account's and answers what it was; undefined when it has no such. */
export async function deleteSavedPaymentMethod(
  tx: Tx,
  query: { id: string; userId: string },
): Promise<SavedPaymentMethodRow | undefined> {
  const row = await sqlOf(tx)
    .deleteFrom('savedPaymentMethods')
    .where('id', '=', query.id)
    .where('userId', '=', query.userId)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row as SavedPaymentMethodRow | undefined;
}

/** Makes the newest of the account's the default when none is. */
export async function saveMissingDefaultPaymentMethod(tx: Tx, query: { userId: string }): Promise<void> {
  const { userId } = query;
  await sql`
    update saved_payment_methods set is_default = true
    where id = (select id from saved_payment_methods where user_id = ${userId} order by id desc limit 1)
      and not exists (select from saved_payment_methods where user_id = ${userId} and is_default)
  `.execute(sqlOf(tx));
}

/** Forgets what providers keep for the account, and how they know it. */
export async function deletePaymentCustomers(tx: Tx, query: { userId: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('paymentCustomers').where('userId', '=', query.userId).execute();
}
