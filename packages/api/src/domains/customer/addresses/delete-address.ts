import { customerAddresses } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { lockOwnAccount } from '../lock-account.ts';

/** Deletes an address of the caller's; what it was the default for, the newest that is left is. Throws `address_not_found`. */
export function deleteAddress(ctx: Ctx, input: { addressId: string }): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    const { id: userId } = await lockOwnAccount(txCtx);
    const deleted = await customerAddresses.deleteAddress(txCtx.tx, { id: input.addressId, userId });
    if (!deleted) throw refuse('address_not_found');
    await customerAddresses.saveMissingDefaults(txCtx.tx, { userId });
  });
}
