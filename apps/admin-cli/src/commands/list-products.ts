import type { RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Line = RouterOutputs['catalog']['adminProducts']['items'][number];

interface ListProductsOptions {
  query?: string;
  status?: Line['status'];
  limit: number;
  cursor?: string;
}

const columns: Column<Line>[] = [
  {
    head: 'SKU',
    cell: ({ skus, variantCount }) => `${skus[0] ?? ''}${variantCount > 1 ? ` +${variantCount - 1}` : ''}`,
  },
  { head: 'Title', cell: (line) => line.title, maxWidth: 50 },
  { head: 'Status', cell: (line) => line.status },
  { head: 'Available', cell: (line) => line.available, align: 'right' },
  { head: 'Slug', cell: (line) => line.slug, maxWidth: 40 },
];

/** `products list`. */
export async function listProducts(cli: Cli, { query, ...options }: ListProductsOptions): Promise<undefined> {
  const page = await connect(cli).catalog.adminProducts.query({ ...options, ...(query !== undefined && { q: query }) });
  if (cli.json) return void cli.out(json(page));
  cli.out(page.items.length === 0 ? 'No products.' : table(cli, columns, page.items));
  if (page.nextCursor !== null) cli.err(`More: --cursor ${page.nextCursor}`);
}
