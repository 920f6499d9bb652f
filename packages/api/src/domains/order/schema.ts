import { z } from 'zod';
import { Address } from '../../kit/address.ts';
import { Money } from '../../kit/money.ts';
import { PageInput } from '../../kit/page.ts';
import { text, uuid } from '../../kit/text.ts';
import { Totals } from '../cart/index.ts';
import { BundleComponent } from '../catalog/index.ts';

const OrderStatus = z.enum(['pending', 'confirmed', 'completed', 'cancelled']);

const OrderItem = z
  .object({
    id: z.uuid(),
    variantId: z.uuid(),
    productId: z.uuid(),
    sku: z.string(),
    title: z.string(),
    options: z.record(z.string(), z.string()),
    image: z.string().nullable(),
    unitPrice: Money,
    quantity: z.int(),
    fulfilledQuantity: z.int(),
    subtotal: Money,
    taxRate: z.number().describe('0.19 is 19 %'),
    tax: Money,
    total: Money.describe('With tax'),
    components: z.array(BundleComponent).describe('As it was ordered; empty unless it is a bundle'),
  })
  .meta({ id: 'OrderItem' });

const Actor = z.object({ kind: z.string(), userId: z.string().optional(), name: z.string().optional() });

export const Order = z
  .object({
    id: z.uuid(),
    number: z.string(),
    status: OrderStatus,
    paymentStatus: z.enum(['unpaid', 'pending', 'authorized', 'paid', 'refunded']),
    fulfillmentStatus: z.enum(['unfulfilled', 'partially_fulfilled', 'fulfilled']),
    currency: z.string(),
    email: z.string(),
    customerId: z.uuid().nullable(),
    cartId: z.uuid(),
    items: z.array(OrderItem),
    totals: Totals,
    shippingAddress: Address.describe('Of an order that is not shipped, the address that its tax is of'),
    billingAddress: Address,
    shippingMethod: z.object({ id: z.uuid(), name: z.string() }).nullable().describe('Null when nothing is shipped'),
    payments: z.array(
      z.object({
        id: z.uuid(),
        provider: z.string(),
        status: z.string(),
        amount: Money,
        captured: Money,
        refunded: Money,
        failureCode: z.string().nullable(),
        createdAt: z.date(),
      }),
    ),
    fulfillments: z.array(
      z.object({
        id: z.uuid(),
        status: z.string(),
        carrier: z.string().nullable(),
        trackingNumber: z.string().nullable(),
        shippedAt: z.date().nullable(),
      }),
    ),
    timeline: z.array(z.object({ event: z.string(), status: OrderStatus, actor: Actor, at: z.date() })),
    test: z.boolean().describe('Paid through a simulator: no real money'),
    version: z.int(),
    placedAt: z.date().nullable(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Order' });
export type Order = z.infer<typeof Order>;

export const OrderList = z
  .object({ items: z.array(Order), nextCursor: z.string().nullable() })
  .meta({ id: 'OrderList' });
export type OrderList = z.infer<typeof OrderList>;

export const ListOrdersInput = z.strictObject(PageInput);
export type ListOrdersInput = z.infer<typeof ListOrdersInput>;

export const AdminListOrdersInput = z.strictObject({
  ...PageInput,
  status: OrderStatus.optional(),
  number: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'An order number')
    .optional(),
});
export type AdminListOrdersInput = z.infer<typeof AdminListOrdersInput>;

const ClaimableOrder = z
  .object({ id: z.uuid(), number: z.string(), total: Money, placedAt: z.date() })
  .meta({ id: 'ClaimableOrder' });

export const ClaimableOrders = z
  .object({ items: z.array(ClaimableOrder).describe('At most 100; those that are claimed leave room for the next') })
  .meta({ id: 'ClaimableOrders' });
export type ClaimableOrders = z.infer<typeof ClaimableOrders>;

export const ClaimOrdersInput = z.strictObject({ orderIds: z.array(uuid).min(1).max(100) });
export type ClaimOrdersInput = z.infer<typeof ClaimOrdersInput>;

export const ClaimedOrders = z.object({ orderIds: z.array(z.uuid()) }).meta({ id: 'ClaimedOrders' });
export type ClaimedOrders = z.infer<typeof ClaimedOrders>;

export const OrderIdInput = z.strictObject({ orderId: uuid });

export const FulfillOrderInput = z.strictObject({
  orderId: uuid,
  carrier: text(100).optional(),
  trackingNumber: text(100).optional(),
});
export type FulfillOrderInput = z.infer<typeof FulfillOrderInput>;

export const CancelOrderInput = z.strictObject({ orderId: uuid, reason: text(200).optional() });
export type CancelOrderInput = z.infer<typeof CancelOrderInput>;
