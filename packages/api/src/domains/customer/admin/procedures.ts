import { permittedProcedure } from '../../../trpc/procedures.ts';
import { AdminConsentHistoryInput, AdminSetConsentInput, ConsentHistory } from '../consents/schema.ts';
import { createCustomer } from './create-customer.ts';
import { getCustomer } from './get-customer.ts';
import { listCustomerConsents } from './list-customer-consents.ts';
import { listCustomers } from './list-customers.ts';
import {
  CreateCustomerInput,
  Customer,
  CustomerIdInput,
  CustomerList,
  ListCustomersInput,
  UpdateCustomerInput,
} from './schema.ts';
import { setCustomerConsent } from './set-customer-consent.ts';
import { switchCustomer } from './switch-customer.ts';
import { updateCustomer } from './update-customer.ts';

const tags: [string] = ['Admin: customers'];
const limit = 'admin';
const write = { leavesCatalog: true, limit } as const;

export const adminProcedures = {
  adminList: permittedProcedure('customers:read')
    .meta({
      rest: { method: 'GET', path: '/v1/admin/customers', summary: 'Find customers, newest first', tags },
      limit,
    })
    .input(ListCustomersInput)
    .output(CustomerList)
    .query(({ ctx, input }) => listCustomers(ctx, input)),
  adminGet: permittedProcedure('customers:read')
    .meta({ rest: { method: 'GET', path: '/v1/admin/customers/{customerId}', summary: 'One customer', tags }, limit })
    .input(CustomerIdInput)
    .output(Customer)
    .query(({ ctx, input }) => getCustomer(ctx.db, input)),
  adminCreate: permittedProcedure('customers:write')
    .meta({
      rest: { method: 'POST', path: '/v1/admin/customers', summary: 'Make a customer', tags, successStatus: 201 },
      idempotent: true,
      ...write,
    })
    .input(CreateCustomerInput)
    .output(Customer)
    .mutation(({ ctx, input }) => createCustomer(ctx, input)),
  adminUpdate: permittedProcedure('customers:write')
    .meta({
      rest: { method: 'PATCH', path: '/v1/admin/customers/{customerId}', summary: 'Change a customer', tags },
      ...write,
    })
    .input(UpdateCustomerInput)
    .output(Customer)
    .mutation(({ ctx, input }) => updateCustomer(ctx, input)),
  adminConsentHistory: permittedProcedure('customers:read')
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/admin/customers/{customerId}/consents',
        summary: 'All that a customer said of marketing, newest first',
        tags,
      },
      limit,
    })
    .input(AdminConsentHistoryInput)
    .output(ConsentHistory)
    .query(({ ctx, input }) => listCustomerConsents(ctx, input)),
  adminSetConsent: permittedProcedure('customers:write')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/customers/{customerId}/consents',
        summary: 'Write down what a customer says of marketing',
        tags,
      },
      ...write,
    })
    .input(AdminSetConsentInput)
    .output(Customer)
    .mutation(({ ctx, input }) => setCustomerConsent(ctx, input)),
  disable: permittedProcedure('customers:disable')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/customers/{customerId}/disable',
        summary: 'Let a customer log in no more',
        tags,
      },
      stepUp: true,
      ...write,
    })
    .input(CustomerIdInput)
    .output(Customer)
    .mutation(({ ctx, input }) => switchCustomer(ctx, { ...input, to: 'disabled' })),
  enable: permittedProcedure('customers:disable')
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/admin/customers/{customerId}/enable',
        summary: 'Let a customer log in again',
        tags,
      },
      stepUp: true,
      ...write,
    })
    .input(CustomerIdInput)
    .output(Customer)
    .mutation(({ ctx, input }) => switchCustomer(ctx, { ...input, to: 'active' })),
};
