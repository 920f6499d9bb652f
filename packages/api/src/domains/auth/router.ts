import { customerProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { findMe } from './find-me.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';
import {
  Accepted,
  LoginInput,
  LoginResult,
  LogoutInput,
  NoInput,
  RefreshInput,
  RegisterInput,
  User,
} from './schema.ts';

const tags: [string] = ['Identity'];

export const authRouter = router({
  register: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/register', summary: 'Register an account', tags, successStatus: 202 },
      limit: 'auth',
      leavesCatalog: true,
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
    })
    .input(LoginInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => logIn(ctx, input)),
  refresh: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/refresh', summary: 'Renew the tokens', tags },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(RefreshInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => refreshSession(ctx, input)),
  logout: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/logout', summary: 'Log out', tags },
      limit: 'auth',
      leavesCatalog: true,
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
});
