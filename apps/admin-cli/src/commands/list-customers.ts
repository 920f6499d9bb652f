import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { printPage } from '../output/page.ts';
import type { Column } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Customer = RouterOutputs['customer']['adminList']['items'][number];

const columns: Column<Customer>[] = [
  { head: 'Email', cell: (customer) => customer.email, maxWidth: 40 },
  { head: 'Name', cell: (customer) => customer.name ?? '', maxWidth: 30 },
  { head: 'Status', cell: (customer) => customer.status },
  { head: 'Groups', cell: (customer) => customer.groups.join(' ') },
  { head: 'Since', cell: (customer) => minute(customer.createdAt) },
];

/** `customers list`. */
export async function listCustomers(cli: Cli, options: RouterInputs['customer']['adminList']): Promise<undefined> {
  const page = await connect(cli).customer.adminList.query(options);
  printPage(cli, page, { columns, none: 'No customers.' });
}
