import { orders } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { erasedAddress } from '../../kit/erased-address.ts';

/** Gives an account that is to be erased what was ordered with its proven address by guests: it is erased too. */
export function adoptGuestOrders({ tx }: TxCtx, owner: { customerId: string; email: string }): Promise<void> {
  return orders.saveGuestOrdersOf(tx, owner);
}

/**
 * Takes the person out of a customer's orders, but for those that are still to be delivered or paid; answers how many
 * those are.
 */
export function forgetCustomer({ tx, now }: TxCtx, { customerId }: { customerId: string }): Promise<number> {
  return orders.saveOrdersWithoutPerson(tx, { customerId, email: erasedAddress(customerId), at: now });
}
