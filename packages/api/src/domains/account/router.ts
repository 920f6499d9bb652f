import { NoInput, Nothing } from '../../kit/nothing.ts';
import { customerProcedure, permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { changePassword } from './change-password.ts';
import { confirmEmailChange } from './confirm-email-change.ts';
import { deleteAccount } from './erase/delete-account.ts';
import { eraseCustomer } from './erase/erase-customer.ts';
import { exportAccount } from './export/export-account.ts';
import { AccountExport } from './export/schema.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestLink } from './request-link.ts';
import { resetPassword } from './reset-password.ts';
import {
  Accepted,
  AddressInput,
  ChangePasswordInput,
  EraseCustomerInput,
  ResetPasswordInput,
  TokenInput,
} from './schema.ts';
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
      sessionless: true,
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
      sessionless: true,
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
      sessionless: true,
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
      sessionless: true,
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
      ownSession: true,
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
      sessionless: true,
    })
    .input(TokenInput)
    .output(Accepted)
    .mutation(async ({ ctx, input }) => {
      await confirmEmailChange(ctx, input);
      return {};
    }),
  exportData: customerProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/me/export', summary: 'Everything that is stored about me', tags },
      stepUp: true,
      limit: 'auth',
    })
    .input(NoInput)
    .output(AccountExport)
    .query(({ ctx }) => exportAccount(ctx)),
  deleteAccount: customerProcedure
    .meta({
      rest: { method: 'DELETE', path: '/v1/me', summary: 'Erase my account', tags, successStatus: 204 },
      stepUp: true,
      limit: 'auth',
      leavesCatalog: true,
    })
    .input(NoInput)
    .output(Nothing)
    .mutation(({ ctx }) => deleteAccount(ctx)),
  eraseCustomer: permittedProcedure('customers:erase')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/customers/{customerId}/erase',
        summary: 'Erase an account on behalf of its owner',
        tags: ['Admin: customers'],
        successStatus: 204,
      },
      stepUp: true,
      limit: 'admin',
      leavesCatalog: true,
    })
    .input(EraseCustomerInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => eraseCustomer(ctx, input)),
});
