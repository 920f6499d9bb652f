import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';
import { findCustomerId } from './find-customer.ts';

type Group = RouterOutputs['customer']['groups']['items'][number];

const columns: Column<Group>[] = [
  { head: 'Group', cell: (group) => group.code },
  { head: 'Name', cell: (group) => group.name, maxWidth: 40 },
  { head: 'Customers', cell: (group) => group.memberCount, align: 'right' },
  { head: 'Description', cell: (group) => group.description },
];

/** `customer-groups list`. */
export async function listGroups(cli: Cli, options: RouterInputs['customer']['groups']): Promise<undefined> {
  const page = await connect(cli).customer.groups.query(options);
  printPage(cli, page, { columns, none: 'No groups.' });
}

/** `customer-groups create`. */
export async function createGroup(
  cli: Cli,
  code: string,
  name: string,
  options: { description?: string },
): Promise<undefined> {
  const group = await connect(cli).customer.createGroup.mutate({ code, name, ...options });
  cli.out(cli.json ? json(group) : table(cli, columns, [group]));
}

/** `customer-groups edit`. */
export async function editGroup(
  cli: Cli,
  code: string,
  options: { name?: string; description?: string },
): Promise<undefined> {
  const group = await connect(cli).customer.updateGroup.mutate({ code, ...options });
  cli.out(cli.json ? json(group) : table(cli, columns, [group]));
}

/** `customer-groups delete`. */
export async function deleteGroup(cli: Cli, code: string): Promise<undefined> {
  await connect(cli).customer.deleteGroup.mutate({ code });
  cli.out(cli.json ? json({ deleted: code }) : `There is no group ${code} any more.`);
}

/** `customer-groups add`. */
export async function addMember(cli: Cli, code: string, who: string): Promise<undefined> {
  const client = connect(cli);
  await client.customer.addToGroup.mutate({ code, customerId: await findCustomerId(client, who) });
  cli.out(cli.json ? json({ added: who }) : printable(`${who} is in the group ${code}.`));
}

/** `customer-groups remove`. */
export async function removeMember(cli: Cli, code: string, who: string): Promise<undefined> {
  const client = connect(cli);
  await client.customer.removeFromGroup.mutate({ code, customerId: await findCustomerId(client, who) });
  cli.out(cli.json ? json({ removed: who }) : printable(`${who} is not in the group ${code} any more.`));
}
