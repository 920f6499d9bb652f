import { escapeHtml } from '../../kit/escape-html.ts';
import { formatMoney } from '../../kit/format-money.ts';
import type { Order } from '../order/index.ts';

export interface MailText {
  subject: string;
  text: string;
  html: string;
}

type OrderMail = 'placed' | 'completed' | 'cancelled';

const SUBJECTS: Record<OrderMail, string> = {
  placed: 'Your order',
  completed: 'Shipped: your order',
  cancelled: 'Cancelled: your order',
};

function opening(kind: OrderMail, order: Order): string[] {
  if (kind === 'placed') return ['Thank you for your order. Here is what you bought.'];
  if (kind === 'cancelled') {
    const paid = order.paymentStatus === 'paid' || order.paymentStatus === 'refunded';
    return ['Your order has been cancelled.', ...(paid ? ['What you paid is on its way back to you.'] : [])];
  }
  const parcels = order.fulfillments.flatMap(({ carrier, trackingNumber }) =>
    trackingNumber ? [`${carrier ?? 'Parcel'}: ${trackingNumber}`] : [],
  );
  return ['Your order is on its way.', ...parcels];
}

/** The mail of an order event: the same facts as text and as HTML. Amounts are those that were charged. */
export function orderMail(kind: OrderMail, order: Order): MailText {
  const { totals } = order;
  const lines = order.items.map((item) => ({
    name: `${item.quantity} × ${[item.title, ...Object.values(item.options)].join(', ')}`,
    amount: formatMoney(item.subtotal),
  }));
  const sums = [
    { name: 'Goods', amount: formatMoney(totals.subtotal) },
    ...(order.shippingMethod
      ? [{ name: `Shipping (${order.shippingMethod.name})`, amount: formatMoney(totals.shipping) }]
      : []),
    { name: totals.pricesIncludeTax ? 'Tax included' : 'Tax', amount: formatMoney(totals.tax) },
    { name: 'Total', amount: formatMoney(totals.total) },
  ];
  const paragraphs = opening(kind, order);
  if (order.test) paragraphs.push('This is a test order: no money has moved and nothing will be shipped.');
  const rows = [...lines, ...sums];
  const row = ({ name, amount }: { name: string; amount: string }) =>
    `<tr><td>${escapeHtml(name)}</td><td align="right">${escapeHtml(amount)}</td></tr>`;
  return {
    subject: `${SUBJECTS[kind]} ${order.number}`,
    text: [...paragraphs, '', ...rows.map(({ name, amount }) => `${name}: ${amount}`), ''].join('\n'),
    html: `${paragraphs.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}<table>${rows.map(row).join('')}</table>`,
  };
}
