import { NoInput } from '../../../kit/nothing.ts';
import { customerProcedure } from '../../../trpc/procedures.ts';
import { getProfile } from './get-profile.ts';
import { Profile, UpdateProfileInput } from './schema.ts';
import { updateProfile } from './update-profile.ts';

const tags: [string] = ['My account'];

export const profileProcedures = {
  profile: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me/profile', summary: 'My profile', tags } })
    .input(NoInput)
    .output(Profile)
    .query(({ ctx }) => getProfile(ctx)),
  updateProfile: customerProcedure
    .meta({
      rest: { method: 'PATCH', path: '/v1/me/profile', summary: 'Change my profile', tags },
      leavesCatalog: true,
    })
    .input(UpdateProfileInput)
    .output(Profile)
    .mutation(({ ctx, input }) => updateProfile(ctx, input)),
};
