import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { printPage } from '../output/page.ts';
import type { Column } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Entry = RouterOutputs['access']['auditLog']['items'][number];

const columns: Column<Entry>[] = [
  { head: 'At', cell: (entry) => minute(entry.at) },
  { head: 'By', cell: ({ actor }) => actor.name ?? actor.userId ?? actor.kind, maxWidth: 40 },
  { head: 'Action', cell: (entry) => entry.action },
  { head: 'To', cell: (entry) => entry.target },
  { head: 'Detail', cell: ({ detail }) => (Object.keys(detail).length === 0 ? '' : JSON.stringify(detail)) },
];

/** `audit list`. */
export async function listAuditLog(
  cli: Cli,
  options: Omit<RouterInputs['access']['auditLog'], 'actorId'> & { actor?: string },
): Promise<undefined> {
  const { actor: actorId, ...filter } = options;
  const page = await connect(cli).access.auditLog.query({ ...filter, ...(actorId !== undefined && { actorId }) });
  printPage(cli, page, { columns, none: 'Nothing.' });
}
