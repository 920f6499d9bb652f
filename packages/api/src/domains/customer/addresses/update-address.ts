import { customerAddresses } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { saveDefaults } from './save-defaults.ts';
import type { SavedAddress, UpdateAddressInput } from './schema.ts';
import { addressValues } from './view.ts';

/**
 * Replaces an address of the caller's, makes it a default, or both. The last one to write wins. An address of somebody
 * else is refused like one that is not there: `address_not_found`.
 */
export function updateAddress(ctx: Ctx, input: UpdateAddressInput): Promise<SavedAddress> {
  const { addressId: id, address } = input;
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const { id: userId } = await lockOwnAccount(txCtx);
    const values = address && addressValues(address);
    const saved = !values || (await customerAddresses.saveAddress(tx, { id, userId, values, now }));
    if (!saved) throw refuse('address_not_found');
    return saveDefaults(txCtx, { id, userId }, input);
  });
}
