import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { printPage } from '../output/page.ts';
import type { Column } from '../output/table.ts';
import { count, minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Job = RouterOutputs['catalog']['imports']['items'][number];

const columns: Column<Job>[] = [
  { head: 'Started', cell: (job) => minute(job.createdAt) },
  { head: 'Id', cell: (job) => job.id },
  { head: 'File', cell: (job) => job.fileName ?? '', maxWidth: 30 },
  { head: 'Format', cell: (job) => job.format ?? '' },
  { head: 'State', cell: stateOf },
  { head: 'Rows', cell: (job) => count(job.rowCount) },
  { head: 'Created', cell: (job) => count(job.created) },
  { head: 'Updated', cell: (job) => count(job.updated) },
  { head: 'Failed', cell: (job) => count(job.failed) },
];

/** In a word or two. */
export function stateOf({ status, dryRun }: Pick<Job, 'status' | 'dryRun'>): string {
  const state = status === 'completed' ? 'done' : 'not finished';
  return dryRun ? `dry run, ${state}` : state;
}

/** `imports list`. */
export async function listImports(cli: Cli, options: RouterInputs['catalog']['imports']): Promise<undefined> {
  const page = await connect(cli).catalog.imports.query(options);
  printPage(cli, page, { columns, none: 'Nothing was imported yet.' });
}
