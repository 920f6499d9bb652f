import { z } from 'zod';
import { Address } from '../../kit/address.ts';
import { text, uuid } from '../../kit/text.ts';
import { Order } from '../order/index.ts';

export const PlaceOrderInput = z.strictObject({
  cartId: uuid,
  email: z.email().max(254),
  shippingAddress: Address.optional().describe('Needed unless nothing in the cart is shipped'),
  billingAddress: Address.optional().describe('The shipping address unless said; needed when there is none'),
  shippingMethodId: uuid.optional().describe('Needed unless nothing in the cart is shipped'),
  payment: z.strictObject({
    provider: z.enum(['stripe', 'manual']),
    paymentMethodId: text(200).optional().describe('Without one, Stripe waits for the shopper to enter it'),
  }),
  expectedTotal: z
    .int()
    .min(0)
    .optional()
    .describe('Minor units. Refused with total_changed unless it is the total; accepts prices that have risen'),
});
export type PlaceOrderInput = z.infer<typeof PlaceOrderInput>;

export const CompleteCheckoutInput = z.strictObject({ orderId: uuid });

export const CheckoutResult = z
  .object({
    order: Order,
    orderToken: z.string().describe('The capability to read this order: send it as Order-Token'),
    payment: z.object({
      status: z.enum(['requires_action', 'processing', 'authorized', 'captured', 'failed']),
      clientSecret: z.string().optional(),
    }),
  })
  .meta({ id: 'CheckoutResult' });
export type CheckoutResult = z.infer<typeof CheckoutResult>;
