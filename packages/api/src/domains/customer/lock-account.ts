import { customers } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { refuse as refuseRequest } from '../../trpc/errors.ts';
import { refuse } from './errors.ts';

/**
 * Locks the caller's own account, staff's too: what belongs to it is changed by one request at a time. Throws
 * `unauthenticated` when it is gone or was switched off a moment ago.
 */
export async function lockOwnAccount({ tx, actor }: Pick<TxCtx, 'tx' | 'actor'>): Promise<customers.LockedCustomer> {
  const id = userIdOf(actor);
  const account = id === undefined ? undefined : await customers.lockCustomer(tx, { id });
  if (account?.status !== 'active') throw refuseRequest('unauthenticated');
  return account;
}

/**
 * Locks a customer's account for staff. One that has a staff role is no customer, whoever asks: permissions over
 * customers give no power over colleagues. Throws `customer_not_found`.
 */
export async function lockCustomer({ tx }: Pick<TxCtx, 'tx'>, id: string): Promise<customers.LockedCustomer> {
  const account = await customers.lockCustomer(tx, { id });
  if (account === undefined || account.isStaff || account.status === 'erased') throw refuse('customer_not_found');
  return account;
}
