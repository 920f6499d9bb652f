import { customerProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { beginLink } from './identities/begin-link.ts';
import { linkIdentity } from './identities/link-identity.ts';
import { listIdentities } from './identities/list-identities.ts';
import { unlinkIdentity } from './identities/unlink-identity.ts';
import { listProviders } from './list-providers.ts';
import {
  BeginLinkInput,
  Done,
  Identity,
  IdentityList,
  LinkInput,
  LinkStart,
  NoInput,
  ProviderList,
  UnlinkInput,
} from './schema.ts';

const tags: [string] = ['Identity'];

export const socialRouter = router({
  providers: publicProcedure
    .meta({ rest: { method: 'GET', path: '/v1/auth/providers', summary: 'Where else one can sign in', tags } })
    .input(NoInput)
    .output(ProviderList)
    .query(({ ctx }) => listProviders(ctx)),
  list: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me/identities', summary: 'Identities linked to the account', tags } })
    .input(NoInput)
    .output(IdentityList)
    .query(({ ctx }) => listIdentities(ctx)),
  beginLink: customerProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/me/identities/begin', summary: 'Begin to link an identity', tags },
      limit: 'auth',
      leavesCatalog: true,
      stepUp: true,
    })
    .input(BeginLinkInput)
    .output(LinkStart)
    .mutation(({ ctx, input }) => beginLink(ctx, input)),
  link: customerProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/me/identities', summary: 'Link an identity that was proven', tags },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(LinkInput)
    .output(Identity)
    .mutation(({ ctx, input }) => linkIdentity(ctx, input)),
  unlink: customerProcedure
    .meta({
      rest: { method: 'DELETE', path: '/v1/me/identities/{identityId}', summary: 'Unlink an identity', tags },
      limit: 'auth',
      leavesCatalog: true,
      stepUp: true,
    })
    .input(UnlinkInput)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await unlinkIdentity(ctx, input);
      return {};
    }),
});
