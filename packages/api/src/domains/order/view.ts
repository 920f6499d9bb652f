import type { orderDetails } from '@cartwright/db';
import type { Address } from '../../kit/address.ts';
import { instant } from '../../kit/clock.ts';
import { money, PPM } from '../../kit/money.ts';
import { totalsView } from '../cart/index.ts';
import type { Order } from './schema.ts';

type Details = orderDetails.OrderDetails;

/** Derived, never stored: what the payments of an order amount to. Money that never counted is left out. */
function paymentStatusOf(all: Details['payments']): Order['paymentStatus'] {
  const payments = all.filter(({ superseded }) => !superseded);
  const captured = payments.reduce((total, payment) => total + payment.capturedMinor, 0);
  const refunded = payments.reduce((total, payment) => total + payment.refundedMinor, 0);
  if (captured > 0) return refunded >= captured ? 'refunded' : 'paid';
  if (payments.some(({ status, amountMinor }) => status === 'captured' && amountMinor === 0)) return 'paid';
  if (payments.some(({ status }) => status === 'authorized')) return 'authorized';
  const open = ['created', 'requires_action', 'processing', 'unknown'];
  return payments.some(({ status }) => open.includes(status)) ? 'pending' : 'unpaid';
}

function fulfillmentStatusOf(items: Details['items']): Order['fulfillmentStatus'] {
  if (items.every((item) => item.fulfilledQuantity === item.quantity)) return 'fulfilled';
  return items.some((item) => item.fulfilledQuantity > 0) ? 'partially_fulfilled' : 'unfulfilled';
}

function itemView(item: Details['items'][number], currency: string): Order['items'][number] {
  return {
    id: item.id,
    variantId: item.variantId,
    productId: item.productId,
    sku: item.sku,
    title: item.title,
    options: item.options,
    image: item.imageUrl,
    unitPrice: money(item.unitPriceMinor, currency),
    quantity: item.quantity,
    fulfilledQuantity: item.fulfilledQuantity,
    subtotal: money(item.subtotalMinor, currency),
    taxRate: item.taxRatePpm / Number(PPM),
    tax: money(item.taxMinor, currency),
    total: money(item.totalMinor, currency),
    components: item.components,
  };
}

function shippingMethodOf({ shippingMethodId: id, shippingMethodName: name }: Details): Order['shippingMethod'] {
  return id === null || name === null ? null : { id, name };
}

/**
 * An order on the wire, as it was placed: later catalog edits do not show. Shoppers see what staff did, not who.
 */
export function orderView(order: Details, reader: 'shopper' | 'staff' = 'shopper'): Order {
  const { currency } = order;
  return {
    id: order.id,
    number: String(order.number),
    status: order.status,
    paymentStatus: paymentStatusOf(order.payments),
    fulfillmentStatus: fulfillmentStatusOf(order.items),
    currency,
    email: order.email,
    customerId: order.customerId,
    cartId: order.cartId,
    items: order.items.map((item) => itemView(item, currency)),
    totals: totalsView(order, currency, order.pricesIncludeTax),
    shippingAddress: order.shippingAddress as Address,
    billingAddress: order.billingAddress as Address,
    shippingMethod: shippingMethodOf(order),
    payments: order.payments.map((payment) => ({
      id: payment.id,
      provider: payment.provider,
      status: payment.status,
      amount: money(payment.amountMinor, currency),
      captured: money(payment.capturedMinor, currency),
      refunded: money(payment.refundedMinor, currency),
      failureCode: payment.failureCode,
      createdAt: instant(payment.createdAt),
    })),
    fulfillments: order.fulfillments.map(({ shippedAt, ...rest }) => ({
      ...rest,
      shippedAt: shippedAt === null ? null : instant(shippedAt),
    })),
    timeline: order.timeline.map(({ event, status, actor, at }) => ({
      event,
      status: status as Order['status'],
      actor: reader === 'shopper' && actor.kind === 'staff' ? { kind: actor.kind } : actor,
      at: instant(at),
    })),
    test: order.test,
    version: order.version,
    placedAt: order.placedAt,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}
