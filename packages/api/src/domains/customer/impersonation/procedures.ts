import { NoInput, Nothing } from '../../../kit/nothing.ts';
import { customerProcedure, permittedProcedure } from '../../../trpc/procedures.ts';
import { endImpersonation } from './end-impersonation.ts';
import { renewImpersonation } from './renew-impersonation.ts';
import { ImpersonateInput, Impersonation } from './schema.ts';
import { startImpersonation } from './start-impersonation.ts';

const tags: [string] = ['Admin: customers'];
const write = { leavesCatalog: true, limit: 'admin' } as const;

export const impersonationProcedures = {
  impersonate: permittedProcedure('customers:impersonate')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/customers/{customerId}/impersonate',
        summary: 'See the store as a customer does, without changing anything',
        tags,
        successStatus: 201,
      },
      stepUp: true,
      ...write,
    })
    .input(ImpersonateInput)
    .output(Impersonation)
    .mutation(({ ctx, input }) => startImpersonation(ctx, input)),
  renewImpersonation: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/impersonation/renew',
        summary: 'The next token of the impersonation that calls',
        tags,
      },
      whileImpersonating: true,
      ...write,
    })
    .input(NoInput)
    .output(Impersonation)
    .mutation(({ ctx }) => renewImpersonation(ctx)),
  endImpersonation: customerProcedure
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/me/impersonation',
        summary: 'See the store as a customer no longer',
        tags,
        successStatus: 204,
      },
      whileImpersonating: true,
      ...write,
    })
    .input(NoInput)
    .output(Nothing)
    .mutation(({ ctx }) => endImpersonation(ctx)),
};
