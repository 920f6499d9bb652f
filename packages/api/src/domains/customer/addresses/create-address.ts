import { customerAddresses } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { saveDefaults } from './save-defaults.ts';
import { type CreateAddressInput, MAX_ADDRESSES, type SavedAddress } from './schema.ts';
import { addressValues } from './view.ts';

/**
 * Adds an address to the caller's account. The first one becomes the default for shipping and for billing. Refuses with
 * `address_limit_reached` (details: limit).
 */
export function createAddress(ctx: Ctx, input: CreateAddressInput): Promise<SavedAddress> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    const { id: userId } = await lockOwnAccount(txCtx);
    const id = ids.uuid(now);
    const values = addressValues(input.address);
    const inserted = await customerAddresses.insertAddress(tx, { id, userId, values, limit: MAX_ADDRESSES, now });
    if (!inserted) throw refuse('address_limit_reached', { details: { limit: MAX_ADDRESSES } });
    return saveDefaults(txCtx, { id, userId }, input);
  });
}
