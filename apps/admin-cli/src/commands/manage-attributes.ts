import type { RouterInputs, RouterOutputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import { type Column, pairs, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';
import { printCategory } from './manage-categories.ts';

type Attribute = RouterOutputs['catalog']['attribute'];
type NewOption = NonNullable<RouterInputs['catalog']['createAttribute']['options']>[number];
type Type = Attribute['type'];

const FLAGS = ['required', 'filterable', 'sortable', 'searchable', 'variantForming'] as const;
type Answers = Partial<Record<(typeof FLAGS)[number], 'yes' | 'no'>> & { position?: number };

const columns: Column<Attribute>[] = [
  { head: 'Code', cell: (attribute) => attribute.code, maxWidth: 40 },
  { head: 'Name', cell: (attribute) => attribute.name, maxWidth: 40 },
  { head: 'Type', cell: (attribute) => attribute.type },
  { head: 'Is', cell: (attribute) => FLAGS.filter((flag) => attribute[flag]).join(', ') },
];

const optionColumns: Column<Attribute['options'][number]>[] = [
  { head: 'Option', cell: (option) => option.code },
  { head: 'Label', cell: (option) => option.label },
  { head: 'Swatch', cell: (option) => option.swatch ?? '' },
];

function print(cli: Cli, attribute: Attribute): void {
  const head = pairs([
    ['Name', attribute.name],
    ['Code', attribute.code],
    ['Type', attribute.type],
    ['Unit', attribute.unit ?? undefined],
    ['Refers to', attribute.referenceKind ?? undefined],
    ['Is', FLAGS.filter((flag) => attribute[flag]).join(', ')],
    ['Position', attribute.position],
    ['Languages', Object.keys(attribute.translations).join(', ')],
    ['Version', attribute.version],
  ]);
  const { options } = attribute;
  const text = options.length === 0 ? head : `${head}\n\n${table(cli, optionColumns, options)}`;
  cli.out(cli.json ? json(attribute) : text);
}

function answersOf(options: Answers): Partial<Record<(typeof FLAGS)[number], boolean>> & { position?: number } {
  const given = FLAGS.flatMap((flag) => (options[flag] === undefined ? [] : [[flag, options[flag] === 'yes']]));
  return { ...Object.fromEntries(given), ...(options.position !== undefined && { position: options.position }) };
}

/** `label`, `code=label` or `code=label=#rrggbb`. */
function optionOf(text: string): NewOption {
  const parts = text.split('=');
  const [code, label, swatch] = parts.length === 1 ? [undefined, text, undefined] : parts;
  if (!label || parts.length > 3) throw usageError(`"${text}" is not "label", "code=label" or "code=label=#rrggbb".`);
  return { label, ...(code !== undefined && { code }), ...(swatch !== undefined && { swatch }) };
}

/** `attributes list`. */
export async function listAttributes(
  cli: Cli,
  { query, ...options }: { query?: string; limit: number; cursor?: string },
): Promise<undefined> {
  const page = await connect(cli).catalog.attributes.query({ ...options, ...(query !== undefined && { q: query }) });
  printPage(cli, page, { columns, none: 'No attributes.' });
}

/** `attributes show`. */
export async function showAttribute(cli: Cli, attribute: string): Promise<undefined> {
  print(cli, await connect(cli).catalog.attribute.query({ attribute }));
}

interface CreateOptions extends Answers {
  type: Type;
  code?: string;
  unit?: string;
  refersTo?: 'product' | 'category';
  option: string[];
}

/** `attributes create`. */
export async function createAttribute(cli: Cli, name: string, options: CreateOptions): Promise<undefined> {
  const { type, code, unit, refersTo, option } = options;
  const attribute = await connect(cli).catalog.createAttribute.mutate({
    name,
    type,
    ...(code !== undefined && { code }),
    ...(unit !== undefined && { unit }),
    ...(refersTo !== undefined && { referenceKind: refersTo }),
    ...(option.length > 0 && { options: option.map(optionOf) }),
    ...answersOf(options),
  });
  print(cli, attribute);
}

interface UpdateOptions extends Answers {
  name?: string;
  locale?: string;
  type?: Type;
  unit?: string;
  option?: string[];
  expectVersion?: number;
}

/** `attributes update`. */
export async function updateAttribute(cli: Cli, attribute: string, options: UpdateOptions): Promise<undefined> {
  const { name, locale, type, unit, option, expectVersion } = options;
  if (locale !== undefined && name === undefined) throw usageError('With --locale, give --name.');
  const changes = {
    ...(name !== undefined && (locale === undefined ? { name } : { translations: { [locale]: { name } } })),
    ...(type !== undefined && { type }),
    ...(unit !== undefined && { unit }),
    ...(option !== undefined && { options: option.map(optionOf) }),
    ...answersOf(options),
  };
  if (Object.keys(changes).length === 0) throw usageError('Say what to change.');
  const version = expectVersion === undefined ? {} : { version: expectVersion };
  print(cli, await connect(cli).catalog.updateAttribute.mutate({ attribute, ...changes, ...version }));
}

/** `attributes delete`. */
export async function deleteAttribute(
  cli: Cli,
  attribute: string,
  options: { removeValues?: true },
): Promise<undefined> {
  const removeValues = options.removeValues === true;
  await connect(cli).catalog.deleteAttribute.mutate({ attribute, removeValues });
  cli.out(cli.json ? json({ deleted: attribute }) : printable(`There is no attribute ${attribute} any more.`));
}

/** `attributes assign`. */
export async function assignAttribute(
  cli: Cli,
  attribute: string,
  category: string,
  options: Answers,
): Promise<undefined> {
  const input = { category, attribute, ...answersOf(options) };
  printCategory(cli, await connect(cli).catalog.assignAttribute.mutate(input));
}

/** `attributes unassign`. */
export async function unassignAttribute(cli: Cli, attribute: string, category: string): Promise<undefined> {
  printCategory(cli, await connect(cli).catalog.unassignAttribute.mutate({ category, attribute }));
}
