import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Collection = RouterOutputs['catalog']['adminCollection'];
type Product = RouterOutputs['catalog']['collectionProducts']['items'][number];
type Changes = RouterInputs['catalog']['updateCollection'];

const columns: Column<Collection>[] = [
  { head: 'Collection', cell: (row) => row.slug },
  { head: 'Title', cell: (row) => row.title, maxWidth: 40 },
  { head: 'Chosen by', cell: (row) => (row.kind === 'manual' ? 'hand' : row.building ? 'rules (building)' : 'rules') },
  { head: 'Status', cell: (row) => row.status },
  { head: 'Products', cell: (row) => row.productCount, align: 'right' },
];
const previewColumns: Column<Pick<Product, 'slug' | 'title'>>[] = [
  { head: 'Product', cell: (row) => row.slug },
  { head: 'Title', cell: (row) => row.title, maxWidth: 50 },
];
const productColumns: Column<Product>[] = [...previewColumns, { head: 'Status', cell: (row) => row.status }];

/** `collections list`. */
export async function listCollections(
  cli: Cli,
  options: RouterInputs['catalog']['adminCollections'],
): Promise<undefined> {
  const page = await connect(cli).catalog.adminCollections.query(options);
  printPage(cli, page, { columns, none: 'No collections.' });
}

/** `collections show`. */
export async function showCollection(cli: Cli, key: string): Promise<undefined> {
  const { catalog } = connect(cli);
  const collection = await catalog.adminCollection.query({ collection: key });
  const products = await catalog.collectionProducts.query({ collection: key });
  if (cli.json) return void cli.out(json({ ...collection, products: products.items }));
  cli.out(table(cli, columns, [collection]));
  if (products.items.length > 0) cli.out(`\n${table(cli, productColumns, products.items)}`);
}

type Options = Omit<Changes, 'collection' | 'rules' | 'version'> & { rules?: string; expectVersion?: number };

/** `collections create`. */
export async function createCollection(cli: Cli, title: string, options: Options): Promise<undefined> {
  const { rules, ...rest } = options;
  const given = rules === undefined ? {} : { rules: await readRules(rules) };
  print(cli, await connect(cli).catalog.createCollection.mutate({ ...rest, ...given, title }));
}

/** `collections update`. */
export async function updateCollection(cli: Cli, collection: string, options: Options): Promise<undefined> {
  const { rules, expectVersion: version, ...rest } = options;
  const given = { ...(rules !== undefined && { rules: await readRules(rules) }), ...(version && { version }) };
  print(cli, await connect(cli).catalog.updateCollection.mutate({ ...rest, ...given, collection }));
}

/** `collections delete`. */
export async function deleteCollection(cli: Cli, collection: string): Promise<undefined> {
  await connect(cli).catalog.deleteCollection.mutate({ collection });
  cli.out(cli.json ? json({ deleted: collection }) : printable(`There is no collection ${collection} any more.`));
}

/** `collections preview`. */
export async function previewRules(cli: Cli, file: string): Promise<undefined> {
  const preview = await connect(cli).catalog.previewCollection.mutate({ rules: await readRules(file) });
  if (cli.json) return void cli.out(json(preview));
  const { count, items } = preview;
  cli.out(items.length === 0 ? 'No products.' : `${table(cli, previewColumns, items)}\n\n${count} in all`);
}

type Change = (cli: Cli, collection: string, products: string[]) => Promise<undefined>;

/** `collections add`, `remove` and `order`. */
export const changeProducts: Record<'add' | 'remove' | 'order', Change> = {
  add: async (cli, collection, products) =>
    print(cli, await connect(cli).catalog.addToCollection.mutate({ collection, products })),
  remove: async (cli, collection, products) =>
    print(cli, await connect(cli).catalog.removeFromCollection.mutate({ collection, products })),
  order: async (cli, collection, products) =>
    print(cli, await connect(cli).catalog.reorderCollection.mutate({ collection, products })),
};

function print(cli: Cli, collection: Collection): undefined {
  cli.out(cli.json ? json(collection) : table(cli, columns, [collection]));
}

/** What the rules mean is for the store to judge. */
async function readRules(file: string): Promise<NonNullable<Changes['rules']>> {
  const source = file === '-' ? await readText(process.stdin) : await readFile(file, 'utf8').catch(() => undefined);
  if (source === undefined) throw usageError(`The file ${file} cannot be read.`);
  try {
    return JSON.parse(source) as NonNullable<Changes['rules']>;
  } catch {
    throw usageError(`The rules in ${file} are not JSON.`);
  }
}
