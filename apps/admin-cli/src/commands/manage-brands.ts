import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Brand = RouterOutputs['catalog']['adminBrands']['items'][number];
type NewBrand = RouterInputs['catalog']['createBrand'];

const columns: Column<Brand>[] = [
  { head: 'Name', cell: (brand) => brand.name, maxWidth: 40 },
  { head: 'Slug', cell: (brand) => brand.slug, maxWidth: 40 },
  { head: 'Products', cell: (brand) => brand.productCount, align: 'right' },
  { head: 'Id', cell: (brand) => brand.id },
];

const print = (cli: Cli, brand: Brand) => cli.out(cli.json ? json(brand) : table(cli, columns, [brand]));

/** `brands list`. */
export async function listBrands(
  cli: Cli,
  { query, ...options }: { query?: string; limit: number; cursor?: string },
): Promise<undefined> {
  const page = await connect(cli).catalog.adminBrands.query({ ...options, ...(query !== undefined && { q: query }) });
  printPage(cli, page, { columns, none: 'No brands.' });
}

/** `brands show`. */
export async function showBrand(cli: Cli, brand: string): Promise<undefined> {
  print(cli, await connect(cli).catalog.adminBrand.query({ brand }));
}

interface BrandOptions {
  slug?: string;
  description?: string;
  image?: string;
  seoTitle?: string;
  seoDescription?: string;
}

const contentOf = ({ image, ...texts }: BrandOptions): Omit<NewBrand, 'name'> => ({
  ...texts,
  ...(image !== undefined && { image: image === '' ? null : { url: image } }),
});

/** `brands create`. */
export async function createBrand(cli: Cli, name: string, options: BrandOptions): Promise<undefined> {
  print(cli, await connect(cli).catalog.createBrand.mutate({ name, ...contentOf(options) }));
}

/** `brands update`. Nobody else's change since the brand was read is overwritten. */
export async function updateBrand(
  cli: Cli,
  brand: string,
  { name, ...options }: BrandOptions & { name?: string },
): Promise<undefined> {
  const client = connect(cli);
  const { version } = await client.catalog.adminBrand.query({ brand });
  const changes = { ...contentOf(options), ...(name !== undefined && { name }) };
  print(cli, await client.catalog.updateBrand.mutate({ brand, version, ...changes }));
}

/** `brands delete`. */
export async function deleteBrand(cli: Cli, brand: string): Promise<undefined> {
  await connect(cli).catalog.deleteBrand.mutate({ brand });
  cli.out(cli.json ? json({ deleted: brand }) : printable(`There is no brand ${brand} any more.`));
}
