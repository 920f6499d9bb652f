import { customerProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { beginLink } from './identities/begin-link.ts';
import { linkIdentity } from './identities/link-identity.ts';
import { listIdentities } from './identities/list-identities.ts';
import { unlinkIdentity } from './identities/unlink-identity.ts';
import { listProviders } from './list-providers.ts';
import {
  Accepted,
  BeginLinkInput,
  Done,
  Identity,
  IdentityList,
  LinkInput,
  LinkStart,
  LoginResult,
  NoInput,
  ProviderList,
  SignUpCodeInput,
  SignUpInput,
  UnlinkInput,
} from './schema.ts';
import { completeSignUp } from './sign-up/complete-sign-up.ts';
import { requestSignUpCode } from './sign-up/request-sign-up-code.ts';

const tags: [string] = ['Identity'];

export const socialRouter = router({
  providers: publicProcedure
    .meta({ rest: { method: 'GET', path: '/v1/auth/providers', summary: 'Where else one can sign in', tags } })
    .input(NoInput)
    .output(ProviderList)
    .query(({ ctx }) => listProviders(ctx)),
  requestSignUpCode: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/auth/sign-up/code',
        summary: 'Have an address proven that an identity provider does not vouch for',
        tags,
        successStatus: 202,
      },
      limit: 'auth',
      leavesCatalog: true,
      sessionless: true,
    })
    .input(SignUpCodeInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await requestSignUpCode(ctx, input);
      return {};
    }),
  signUp: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/auth/sign-up',
        summary: 'Open an account with an identity and the code that its address was sent',
        tags,
      },
      limit: 'auth',
      leavesCatalog: true,
      sessionless: true,
    })
    .input(SignUpInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => completeSignUp(ctx, input)),
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
      ownSession: true,
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
