import { NoInput, Nothing } from '../../../kit/nothing.ts';
import { customerProcedure } from '../../../trpc/procedures.ts';
import { addPaymentMethod } from './add-payment-method.ts';
import { deletePaymentMethod } from './delete-payment-method.ts';
import { listPaymentMethods } from './list-payment-methods.ts';
import { AddPaymentMethodInput, PaymentMethodIdInput, SavedPaymentMethod, SavedPaymentMethodList } from './schema.ts';
import { setDefaultPaymentMethod } from './set-default-payment-method.ts';

const tags: [string] = ['My account'];
const leavesCatalog = true;

export const paymentMethodProcedures = {
  paymentMethods: customerProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/me/payment-methods', summary: 'My payment methods, newest first', tags },
    })
    .input(NoInput)
    .output(SavedPaymentMethodList)
    .query(({ ctx }) => listPaymentMethods(ctx)),
  addPaymentMethod: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/payment-methods',
        summary: 'Save a payment method that the provider keeps',
        tags,
        successStatus: 201,
      },
      idempotent: true,
      leavesCatalog,
      // Each asks the provider, which may ask the bank.
      limit: 'auth',
    })
    .input(AddPaymentMethodInput)
    .output(SavedPaymentMethod)
    .mutation(({ ctx, input }) => addPaymentMethod(ctx, input)),
  setDefaultPaymentMethod: customerProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/me/payment-methods/{paymentMethodId}/default',
        summary: 'Make a payment method of mine the default',
        tags,
      },
      leavesCatalog,
    })
    .input(PaymentMethodIdInput)
    .output(SavedPaymentMethodList)
    .mutation(({ ctx, input }) => setDefaultPaymentMethod(ctx, input)),
  deletePaymentMethod: customerProcedure
    .meta({
      rest: {
        method: 'DELETE',
        path: '/v1/me/payment-methods/{paymentMethodId}',
        summary: 'Delete a payment method of mine',
        tags,
        successStatus: 204,
      },
      leavesCatalog,
    })
    .input(PaymentMethodIdInput)
    .output(Nothing)
    .mutation(({ ctx, input }) => deletePaymentMethod(ctx, input)),
};
