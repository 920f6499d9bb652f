import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { printPage } from '../output/page.ts';
import type { Column } from '../output/table.ts';
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
  printPage(cli, page, { columns, none: 'Nobody.' });
}
