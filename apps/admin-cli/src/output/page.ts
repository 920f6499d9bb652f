import type { Cli } from '../cli.ts';
import { json } from './json.ts';
import { type Column, table } from './table.ts';

/** One page of a list: as the procedure answered it, or as a table and how to go on. `none` stands for an empty one. */
export function printPage<Row>(
  cli: Cli,
  page: { items: readonly Row[]; nextCursor: string | null },
  { columns, none }: { columns: readonly Column<Row>[]; none: string },
): void {
  if (cli.json) return void cli.out(json(page));
  cli.out(page.items.length === 0 ? none : table(cli, columns, page.items));
  if (page.nextCursor !== null) cli.err(`More: --cursor ${page.nextCursor}`);
}
