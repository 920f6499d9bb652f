import { customerProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { changePassword } from './change-password.ts';
import { confirmEmailChange } from './confirm-email-change.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestLink } from './request-link.ts';
import { resetPassword } from './reset-password.ts';
import { Accepted, AddressInput, ChangePasswordInput, ResetPasswordInput, TokenInput } from './schema.ts';
import { verifyEmail } from './verify-email.ts';

const tags: [string] = ['Account'];

export const accountRouter = router({
  resendVerification: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/auth/resend-verification',
        summary: 'Send another link to confirm an address',
        tags,
        successStatus: 202,
      },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(AddressInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await requestLink(ctx, { ...input, purpose: 'verify_email' });
      return {};
    }),
  verifyEmail: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/verify-email', summary: 'Confirm the address of an account', tags },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(TokenInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await verifyEmail(ctx, input);
      return {};
    }),
  forgotPassword: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/auth/forgot-password',
        summary: 'Send a link to choose a new password',
        tags,
        successStatus: 202,
      },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(AddressInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await requestLink(ctx, { ...input, purpose: 'reset_password' });
      return {};
    }),
  resetPassword: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/reset-password', summary: 'Choose a new password by a link', tags },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(ResetPasswordInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await resetPassword(ctx, input);
      return {};
    }),
  changePassword: customerProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/me/password', summary: 'Choose another password', tags },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(ChangePasswordInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await changePassword(ctx, input);
      return {};
    }),
  changeEmail: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/email',
        summary: 'Ask for another address, to be confirmed by a link that is sent there',
        tags,
        successStatus: 202,
      },
      stepUp: true,
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(AddressInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await requestEmailChange(ctx, input);
      return {};
    }),
  confirmEmailChange: publicProcedure
    .meta({
      rest: { method: 'POST', path: '/v1/auth/confirm-email-change', summary: 'Confirm another address', tags },
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(TokenInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await confirmEmailChange(ctx, input);
      return {};
    }),
});
