import { customerAddresses, customerGroups, customers, marketingConsents } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { forgetPaymentMethods } from './forget-unproven-data.ts';

/**
 * Forgets all that this slice keeps of a person, in the transaction that erases the account and after it was marked
 * `erased`: until then the database does not give up what was said of marketing. Payment providers are told soon.
 */
export async function erasePersonalData(ctx: TxCtx, { userId }: { userId: string }): Promise<void> {
  const { tx, now } = ctx;
  await forgetPaymentMethods(ctx, { userId });
  await customerAddresses.deleteAddresses(tx, { userId });
  await customerGroups.deleteMemberships(tx, { userId });
  await marketingConsents.deleteConsents(tx, { userId });
  await customers.saveProfile(tx, { id: userId, name: null, phone: null, locale: null, currency: null, now });
}
