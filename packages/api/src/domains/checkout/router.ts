import { publicProcedure, router } from '../../trpc/procedures.ts';
import { completeCheckout } from './complete-checkout.ts';
import { placeOrder } from './place-order.ts';
import { CheckoutResult, CompleteCheckoutInput, PlaceOrderInput } from './schema.ts';

const tags: [string] = ['Checkout'];

export const checkoutRouter = router({
  place: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/checkouts',
        summary: 'Order a cart and pay, in one request',
        tags,
        successStatus: 201,
      },
      idempotent: true,
      limit: 'cart',
    })
    .input(PlaceOrderInput)
    .output(CheckoutResult)
    .mutation(({ ctx, input }) => placeOrder(ctx, input)),
  complete: publicProcedure
    .meta({
      rest: {
        method: 'POST',
        path: '/v1/checkouts/{orderId}/complete',
        summary: 'Come back from the provider: ask how the payment stands',
        tags,
      },
      limit: 'cart',
    })
    .input(CompleteCheckoutInput)
    .output(CheckoutResult)
    .mutation(({ ctx, input }) => completeCheckout(ctx, input)),
});
