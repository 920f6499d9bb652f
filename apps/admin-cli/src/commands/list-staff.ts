import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, table } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Member = RouterOutputs['access']['staff']['items'][number];

const columns: Column<Member>[] = [
  { head: 'Email', cell: (member) => member.email, maxWidth: 40 },
  { head: 'Name', cell: (member) => member.name ?? '', maxWidth: 30 },
  { head: 'Status', cell: (member) => member.status },
  { head: 'Roles', cell: (member) => member.roles.join(' ') },
  { head: 'Invited to', cell: (member) => member.invitation?.roles.join(' ') ?? '' },
  { head: 'Until', cell: (member) => minute(member.invitation?.expiresAt) },
];

/** `staff list`. */
export async function listStaff(cli: Cli, options: RouterInputs['access']['staff']): Promise<undefined> {
  const page = await connect(cli).access.staff.query(options);
  if (cli.json) return void cli.out(json(page));
  cli.out(page.items.length === 0 ? 'Nobody.' : table(cli, columns, page.items));
  if (page.nextCursor !== null) cli.err(`More: --cursor ${page.nextCursor}`);
}
