import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { json } from '../output/json.ts';
import { printable } from '../output/printable.ts';
import { type Column, pairs, table } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Node = RouterOutputs['catalog']['categories']['items'][number];
type Category = RouterOutputs['catalog']['adminCategory'];
type CategoryAttribute = Category['attributes'][number];
type Update = RouterInputs['catalog']['updateCategory'];

const outline = (nodes: readonly Node[], indent = ''): string[] =>
  nodes.flatMap(({ name, slug, children }) => [`${indent}${name} (${slug})`, ...outline(children, `${indent}  `)]);

/** `categories list`. */
export async function listCategories(cli: Cli, options: RouterInputs['catalog']['categories']): Promise<undefined> {
  const tree = await connect(cli).catalog.categories.query(options);
  if (cli.json) cli.out(json(tree));
  else cli.out(tree.items.length === 0 ? 'No categories.' : outline(tree.items).map(printable).join('\n'));
}

type Effective = { value: string | number | boolean | null; source: string; category: { slug: string } | null };

/** A value and who says it, such as `reduced (from clothing)`. */
function said({ value, source, category }: Effective): string {
  const shown = value === null ? 'none' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  if (source === 'own') return `${shown} (own)`;
  return `${shown} (${category ? `from ${category.slug}` : source})`;
}

const attributeColumns: Column<CategoryAttribute>[] = [
  { head: 'Attribute', cell: ({ code }) => code, maxWidth: 30 },
  { head: 'Type', cell: ({ type }) => type },
  { head: 'Required', cell: ({ required }) => said(required) },
  { head: 'Filterable', cell: ({ filterable }) => said(filterable) },
  { head: 'Searchable', cell: ({ searchable }) => said(searchable) },
  { head: 'Position', cell: ({ position }) => said(position) },
];

function categoryText(cli: Cli, category: Category): string {
  const { effective, attributes } = category;
  const head = pairs([
    ['Name', category.name],
    ['Id', category.id],
    ['Slug', category.slug],
    ['Former slugs', category.formerSlugs.join(', ')],
    ['Path', category.path.map(({ name }) => name).join(' > ')],
    ['Categories below', category.childCount],
    ['Products in it', category.productCount],
    ['SEO title', category.seoTitle ?? undefined],
    ['SEO description', category.seoDescription ?? undefined],
    ['Languages', Object.keys(category.translations).join(', ')],
    ['Tax class', said(effective.taxClass)],
    ['Shipping profile', said(effective.shippingProfile)],
    ['SEO title template', said(effective.seoTitleTemplate)],
    ['SEO description template', said(effective.seoDescriptionTemplate)],
    ['Version', category.version],
    ['Changed', minute(category.updatedAt)],
  ]);
  return attributes.length === 0 ? head : `${head}\n\n${table(cli, attributeColumns, attributes)}`;
}

/** Prints a category as staff see it. */
export function printCategory(cli: Cli, category: Category): void {
  cli.out(cli.json ? json(category) : categoryText(cli, category));
}

/** `categories show`. */
export async function showCategory(cli: Cli, category: string): Promise<undefined> {
  printCategory(cli, await connect(cli).catalog.adminCategory.query({ category }));
}

/** `categories create`. */
export async function createCategory(
  cli: Cli,
  name: string,
  options: Omit<RouterInputs['catalog']['createCategory'], 'name'>,
): Promise<undefined> {
  printCategory(cli, await connect(cli).catalog.createCategory.mutate({ name, ...options }));
}

const TEXTS = [
  'name',
  'description',
  'seoTitle',
  'seoDescription',
  'seoTitleTemplate',
  'seoDescriptionTemplate',
] as const;

interface UpdateOptions extends Partial<Record<(typeof TEXTS)[number], string>> {
  locale?: string;
  slug?: string;
  taxClass?: string;
  shippingProfile?: string;
  inherit?: string[];
  expectVersion?: number;
}

/** `categories update`. */
export async function updateCategory(cli: Cli, category: string, options: UpdateOptions): Promise<undefined> {
  printCategory(cli, await connect(cli).catalog.updateCategory.mutate({ category, ...changesOf(options) }));
}

function changesOf(options: UpdateOptions): Omit<Update, 'category'> {
  const { slug, taxClass, shippingProfile, expectVersion, locale, inherit = [] } = options;
  const texts = Object.fromEntries(
    TEXTS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const inherited = inherit.map((name) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
  const changes: Omit<Update, 'category'> = {
    ...(slug !== undefined && { slug }),
    ...(taxClass !== undefined && { taxClass }),
    ...(shippingProfile !== undefined && { shippingProfile }),
    ...Object.fromEntries(inherited.map((name) => [name, null])),
    ...(locale === undefined ? texts : Object.keys(texts).length > 0 && { translations: { [locale]: texts } }),
  };
  if (Object.keys(changes).length === 0) throw usageError('Say what to change.');
  return { ...changes, ...(expectVersion !== undefined && { version: expectVersion }) };
}

/** `categories move`. */
export async function moveCategory(
  cli: Cli,
  category: string,
  options: { parent?: string; root?: true; position?: number },
): Promise<undefined> {
  const { parent, root, position } = options;
  if (parent !== undefined && root) throw usageError('Give --parent or --root, not both.');
  if (parent === undefined && !root && position === undefined) throw usageError('Give --parent, --root or --position.');
  const moved = await connect(cli).catalog.moveCategory.mutate({
    category,
    ...(root ? { parent: null } : parent !== undefined && { parent }),
    ...(position !== undefined && { position }),
  });
  printCategory(cli, moved);
}

/** `categories reorder`. */
export async function reorderCategories(
  cli: Cli,
  categories: string[],
  options: { parent?: string },
): Promise<undefined> {
  await connect(cli).catalog.reorderCategories.mutate({ categories, ...options });
  cli.out(cli.json ? json({ categories }) : printable(`In order: ${categories.join(', ')}.`));
}

/** `categories delete`. */
export async function deleteCategory(cli: Cli, category: string, options: { reassignTo?: string }): Promise<undefined> {
  await connect(cli).catalog.deleteCategory.mutate({ category, ...options });
  cli.out(cli.json ? json({ deleted: category }) : printable(`There is no category ${category} any more.`));
}
