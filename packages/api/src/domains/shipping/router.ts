import { publicProcedure, router } from '../../trpc/procedures.ts';
import { listShippingMethods } from './list-shipping-methods.ts';
import { ShippingMethodList, ShippingMethodsInput } from './schema.ts';

export const shippingRouter = router({
  methods: publicProcedure
    .meta({
      rest: {
        method: 'GET',
        path: '/v1/shipping-methods',
        summary: 'Ways to ship a cart to a country',
        tags: ['Checkout'],
      },
      limit: 'cart',
    })
    .input(ShippingMethodsInput)
    .output(ShippingMethodList)
    .query(({ ctx, input }) => listShippingMethods(ctx, input)),
});
