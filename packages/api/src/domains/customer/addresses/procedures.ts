import { NoInput, Nothing } from '../../../kit/nothing.ts';
import { customerProcedure } from '../../../trpc/procedures.ts';
import { createAddress } from './create-address.ts';
import { deleteAddress } from './delete-address.ts';
import { listAddresses } from './list-addresses.ts';
import { AddressIdInput, CreateAddressInput, SavedAddress, SavedAddressList, UpdateAddressInput } from './schema.ts';
import { updateAddress } from './update-address.ts';

const tags: [string] = ['My account'];
const leavesCatalog = true;

export const addressProcedures = {
  addresses: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me/addresses', summary: 'My addresses, newest first', tags } })
    .input(NoInput)
    .output(SavedAddressList)
    .query(({ ctx }) => listAddresses(ctx)),
  createAddress: customerProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/me/addresses', summary: 'Add an address', tags, successStatus: 201 },
      idempotent: true,
      leavesCatalog,
    })
    .input(CreateAddressInput)
    .output(SavedAddress)
    .mutation(({ ctx, input }) => createAddress(ctx, input)),
  updateAddress: customerProcedure
    .meta({
      rest: { method: 'PATCH', path: '/v1/me/addresses/{addressId}', summary: 'Change an address of mine', tags },
      leavesCatalog,
    })
    .input(UpdateAddressInput)
    .output(SavedAddress)
    .mutation(({ ctx, input }) => updateAddress(ctx, input)),
  deleteAddress: customerProcedure
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/me/addresses/{addressId}',
        summary: 'Delete an address of mine',
        tags,
        successStatus: 204,
      },
      leavesCatalog,
    })
    .input(AddressIdInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deleteAddress(ctx, input)),
};
