import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { countsLine } from '../import/counts.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import type { Column } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { stateOf } from './list-imports.ts';
import { isUuid } from './values.ts';

type Report = RouterOutputs['catalog']['import'];

const columns: Column<Report['items'][number]>[] = [
  { head: 'Row', cell: ({ row }) => String(row) },
  { head: 'Kind', cell: ({ kind }) => kind },
  { head: 'Column', cell: ({ column }) => column ?? '', maxWidth: 30 },
  { head: 'Code', cell: ({ code }) => code ?? '' },
  { head: 'Message', cell: ({ message }) => message, maxWidth: 80 },
];

/** `imports show`. */
export async function showImport(
  cli: Cli,
  jobId: string,
  options: Omit<RouterInputs['catalog']['import'], 'jobId'>,
): Promise<undefined> {
  if (!isUuid(jobId)) throw usageError(`"${jobId}" is not the id of an import. See imports list.`);
  const report = await connect(cli).catalog.import.query({ jobId, ...options });
  if (cli.json) return void cli.out(json(report));
  const { job } = report;
  cli.out(`${printable(job.fileName ?? job.id)}: ${stateOf(job)}, started ${minute(job.createdAt)}`);
  cli.out(countsLine(job));
  printPage(cli, report, { columns, none: 'Nothing was wrong with its rows.' });
}
