import { formatMoney, type RouterInputs, type RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { printPage } from '../output/page.ts';
import type { Column } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Order = RouterOutputs['order']['adminList']['items'][number];

const columns: Column<Order>[] = [
  { head: 'Number', cell: (order) => order.number },
  { head: 'Placed', cell: (order) => minute(order.placedAt ?? order.createdAt) },
  { head: 'Status', cell: (order) => order.status },
  { head: 'Payment', cell: (order) => order.paymentStatus },
  { head: 'Fulfillment', cell: (order) => order.fulfillmentStatus },
  { head: 'Email', cell: (order) => order.email, maxWidth: 40 },
  { head: 'Total', cell: (order) => formatMoney(order.totals.total), align: 'right' },
];

/** `orders list`. */
export async function listOrders(cli: Cli, options: RouterInputs['order']['adminList']): Promise<undefined> {
  const page = await connect(cli).order.adminList.query(options);
  printPage(cli, page, { columns, none: 'No orders.' });
}
