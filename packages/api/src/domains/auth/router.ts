import { NoInput, Nothing } from '../../kit/nothing.ts';
import { customerProcedure, permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { deliverSession } from './deliver-session.ts';
import { findMe } from './find-me.ts';
import { listSessions } from './list-sessions.ts';
import { listSigningKeys } from './list-signing-keys.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { logOutEverywhere } from './log-out-everywhere.ts';
import { registerUser } from './register-user.ts';
import { renewTokens } from './renew-tokens.ts';
import { revokeSession } from './revoke-session.ts';
import { rotateSigningKeys } from './rotate-signing-keys.ts';
import {
  Accepted,
  LoginInput,
  LoginResult,
  LogoutInput,
  OwnSessions,
  RefreshInput,
  RegisterInput,
  RevokeSessionInput,
  RotatedSigningKeys,
  RotateSigningKeysInput,
  SigningKeys,
  User,
} from './schema.ts';

const tags: [string] = ['Identity'];

export const authRouter = router({
  register: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/register', summary: 'Register an account', tags, successStatus: 202 },
      limit: 'auth',
      leavesCatalog: true,
      sessionless: true,
    })
    .input(RegisterInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await registerUser(ctx, input);
      return {};
    }),
  login: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/login', summary: 'Log in', tags },
      limit: 'auth',
      leavesCatalog: true,
      sessionless: true,
    })
    .input(LoginInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => deliverSession(ctx, input.session, () => logIn(ctx, input))),
  refresh: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/refresh', summary: 'Renew the tokens', tags },
      limit: 'auth',
      leavesCatalog: true,
      sessionless: true,
    })
    .input(RefreshInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => renewTokens(ctx, input)),
  logout: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/logout', summary: 'Log out', tags },
      limit: 'auth',
      leavesCatalog: true,
      sessionless: true,
      whileImpersonating: true,
    })
    .input(LogoutInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await logOut(ctx, input);
      return {};
    }),
  me: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me', summary: 'The account that is logged in', tags } })
    .input(NoInput)
    .output(User)
    .query(({ ctx }) => findMe(ctx)),
  sessions: customerProcedure
    .meta({ rest: { method: 'GET', path: '/v1/me/sessions', summary: 'Where the account is logged in', tags } })
    .input(NoInput)
    .output(OwnSessions)
    .query(async ({ ctx }) => ({ items: await listSessions(ctx) })),
  revokeSession: customerProcedure
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/me/sessions/{sessionId}',
        summary: 'End one session',
        tags,
        successStatus: 204,
      },
      leavesCatalog: true,
    })
    .input(RevokeSessionInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => revokeSession(ctx, input)),
  revokeOtherSessions: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/sessions/revoke-others',
        summary: 'End every other session',
        tags,
        successStatus: 204,
      },
      leavesCatalog: true,
    })
    .input(NoInput)
    .output(Nothing)
    .mutation(({ ctx }) => logOutEverywhere(ctx, { keepCurrent: true })),
  logoutEverywhere: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/sessions/revoke-all',
        summary: 'Log out everywhere',
        tags,
        successStatus: 204,
      },
      leavesCatalog: true,
    })
    .input(NoInput)
    .output(Nothing)
    .mutation(({ ctx }) => logOutEverywhere(ctx, { keepCurrent: false })),
  listSigningKeys: permittedProcedure('keys:rotate')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/signing-keys', summary: 'The keys that sign access tokens', tags },
      limit: 'admin',
    })
    .input(NoInput)
    .output(SigningKeys)
    .query(async ({ ctx }) => ({ items: await listSigningKeys(ctx) })),
  rotateSigningKeys: permittedProcedure('keys:rotate')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/signing-keys/rotate', summary: 'Replace the signing keys', tags },
      limit: 'admin',
      leavesCatalog: true,
      stepUp: true,
      idempotent: true,
    })
    .input(RotateSigningKeysInput)
    .output(RotatedSigningKeys)
    .mutation(({ ctx, input }) => rotateSigningKeys(ctx, input)),
});
