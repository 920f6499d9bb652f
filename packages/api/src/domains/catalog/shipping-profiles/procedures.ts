import { NoInput } from '../../../kit/nothing.ts';
import { permittedProcedure } from '../../../trpc/procedures.ts';
import { listShippingProfiles, saveShippingProfile } from './save-shipping-profile.ts';
import { SaveShippingProfileInput, ShippingProfile, ShippingProfileList } from './schema.ts';

const tags: [string] = ['Catalog administration'];

export const shippingProfileProcedures = {
  shippingProfiles: permittedProcedure('catalog:write')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/shipping-profiles', summary: 'Shipping profiles', tags },
      limit: 'admin',
    })
    .input(NoInput)
    .output(ShippingProfileList)
    .query(({ ctx }) => listShippingProfiles(ctx)),
  saveShippingProfile: permittedProcedure('catalog:write')
    .meta({
      rest: {
        method: 'PUT',
        path: '/v1/admin/shipping-profiles/{code}',
        summary: 'Add or rename a shipping profile',
        tags,
      },
      limit: 'admin',
    })
    .input(SaveShippingProfileInput)
    .output(ShippingProfile)
    .mutation(({ ctx, input }) => saveShippingProfile(ctx, input)),
};
