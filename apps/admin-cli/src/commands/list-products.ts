import type { RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { printPage } from '../output/page.ts';
import type { Column } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Line = RouterOutputs['catalog']['adminProducts']['items'][number];

interface ListProductsOptions {
  query?: string;
  status?: Line['status'];
  kind?: Line['kind'];
  brand?: string;
  tag?: string;
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
  printPage(cli, page, { columns, none: 'No products.' });
}
