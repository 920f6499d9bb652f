import { carts, type Tx } from '@cartwright/db';

/** Locks a customer's carts: before the account, as a checkout does. */
export function lockCarts(tx: Tx, query: { customerId: string }): Promise<void> {
  return carts.lockCustomerCarts(tx, query);
}

/** Deletes a customer's carts; those that orders came of stay, and say nothing but what the orders say. */
export async function forgetCarts(tx: Tx, query: { customerId: string }): Promise<void> {
  // Anew, since one may have been made meanwhile.
  await carts.lockCustomerCarts(tx, query);
  await carts.deleteCustomerCarts(tx, query);
}
