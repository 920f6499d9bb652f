import { z } from 'zod';
import { Address } from '../../../kit/address.ts';
import { uuid } from '../../../kit/text.ts';

/** Addresses that an account can have. */
export const MAX_ADDRESSES = 50;

export const SavedAddress = z
  .object({
    id: z.uuid(),
    address: Address.describe('As a checkout takes it'),
    isDefaultShipping: z.boolean(),
    isDefaultBilling: z.boolean(),
  })
  .meta({ id: 'SavedAddress' });
export type SavedAddress = z.infer<typeof SavedAddress>;

export const SavedAddressList = z.object({ items: z.array(SavedAddress) }).meta({ id: 'SavedAddressList' });
export type SavedAddressList = z.infer<typeof SavedAddressList>;

const makeDefault = z.boolean().optional().describe('Instead of the address that is it now');

export const CreateAddressInput = z.strictObject({
  address: Address,
  defaultShipping: makeDefault,
  defaultBilling: makeDefault,
});
export type CreateAddressInput = z.infer<typeof CreateAddressInput>;

export const UpdateAddressInput = z.strictObject({
  addressId: uuid,
  address: Address.optional().describe('The whole address anew'),
  defaultShipping: makeDefault,
  defaultBilling: makeDefault,
});
export type UpdateAddressInput = z.infer<typeof UpdateAddressInput>;

export const AddressIdInput = z.strictObject({ addressId: uuid });
