import { formatMoney, type RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, pairs, table } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { findOrder } from './find-order.ts';

type Order = RouterOutputs['order']['adminGet'];

const items: Column<Order['items'][number]>[] = [
  { head: 'SKU', cell: (item) => item.sku, maxWidth: 30 },
  { head: 'Title', cell: (item) => [item.title, ...Object.values(item.options)].join(', '), maxWidth: 50 },
  { head: 'Quantity', cell: (item) => item.quantity, align: 'right' },
  { head: 'Price', cell: (item) => formatMoney(item.unitPrice), align: 'right' },
  { head: 'Total', cell: (item) => formatMoney(item.total), align: 'right' },
];

const payments: Column<Order['payments'][number]>[] = [
  { head: 'Payment', cell: (payment) => payment.provider },
  { head: 'Status', cell: (payment) => payment.status },
  { head: 'Amount', cell: (payment) => formatMoney(payment.amount), align: 'right' },
  { head: 'Captured', cell: (payment) => formatMoney(payment.captured), align: 'right' },
  { head: 'Refunded', cell: (payment) => formatMoney(payment.refunded), align: 'right' },
  { head: 'Failure', cell: (payment) => payment.failureCode ?? '' },
];

const timeline: Column<Order['timeline'][number]>[] = [
  { head: 'When', cell: (entry) => minute(entry.at) },
  { head: 'Event', cell: (entry) => entry.event },
  { head: 'Status', cell: (entry) => entry.status },
  { head: 'By', cell: (entry) => entry.actor.name ?? entry.actor.userId ?? entry.actor.kind },
];

/** `orders show`. */
export async function showOrder(cli: Cli, numberOrId: string): Promise<undefined> {
  const order = await findOrder(connect(cli), numberOrId);
  cli.out(cli.json ? json(order) : orderText(cli, order));
}

function orderText(cli: Cli, order: Order): string {
  const address = order.shippingAddress;
  const { totals } = order;
  const head = pairs([
    ['Order', order.test ? `${order.number} (test)` : order.number],
    ['Id', order.id],
    ['Status', [order.status, order.paymentStatus, order.fulfillmentStatus].join(', ')],
    ['Placed', minute(order.placedAt)],
    ['Email', order.email],
    [
      'Ship to',
      [
        `${address.firstName} ${address.lastName}`,
        address.company,
        address.line1,
        address.line2,
        `${address.postalCode} ${address.city}`,
        address.region,
        address.country,
      ]
        .filter(Boolean)
        .join(', '),
    ],
    ['By', order.shippingMethod?.name ?? 'not shipped'],
    ...order.fulfillments.map((each): [string, string] => [
      'Sent',
      [minute(each.shippedAt), each.carrier, each.trackingNumber].filter(Boolean).join(' '),
    ]),
  ]);
  const sums = pairs([
    ['Subtotal', formatMoney(totals.subtotal)],
    ['Discount', totals.discount.amount === 0 ? undefined : formatMoney(totals.discount)],
    ['Shipping', formatMoney(totals.shipping)],
    [totals.pricesIncludeTax ? 'Tax in it' : 'Tax', formatMoney(totals.tax)],
    ['Total', formatMoney(totals.total)],
  ]);
  const parts = [head, table(cli, items, order.items), sums];
  if (order.payments.length > 0) parts.push(table(cli, payments, order.payments));
  if (order.timeline.length > 0) parts.push(table(cli, timeline, order.timeline));
  return parts.join('\n\n');
}
