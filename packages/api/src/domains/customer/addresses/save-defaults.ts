import { customerAddresses } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import type { SavedAddress } from './schema.ts';
import { addressView } from './view.ts';

/** Makes an address of a locked account what it is asked to be, and answers it. Throws `address_not_found`. */
export async function saveDefaults(
  { tx }: Pick<TxCtx, 'tx'>,
  address: { id: string; userId: string },
  wanted: { defaultShipping?: boolean | undefined; defaultBilling?: boolean | undefined },
): Promise<SavedAddress> {
  if (wanted.defaultShipping) await customerAddresses.saveDefaultAddress(tx, { ...address, use: 'shipping' });
  if (wanted.defaultBilling) await customerAddresses.saveDefaultAddress(tx, { ...address, use: 'billing' });
  // Whatever happens to its addresses, an account that has one has one default for each use.
  await customerAddresses.saveMissingDefaults(tx, { userId: address.userId });
  const row = await customerAddresses.findAddress(tx, address);
  if (!row) throw refuse('address_not_found');
  return addressView(row);
}
