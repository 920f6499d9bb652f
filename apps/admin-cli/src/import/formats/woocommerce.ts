import { categoryPath, decimalCell, listOf, priceCell, quoted, stockCell } from './cells.ts';
import type { CheckedFile, CsvFormat, ReadOptions, RecordGroup, Warn } from './csv-format.ts';
import type { CsvRecord } from './csv-header.ts';
import { RowProblem } from './file-product.ts';

const KEPT = [
  'ID',
  'Type',
  'SKU',
  'GTIN, UPC, EAN, or ISBN',
  'Name',
  'Published',
  'Short description',
  'Description',
  'In stock?',
  'Stock',
  'Sale price',
  'Regular price',
  'Categories',
  'Brands',
  'Images',
  'Parent',
  'Position',
  'Tags',
];
const NOT_KEPT = [
  'Is featured?',
  'Visibility in catalog',
  'Catalog visibility',
  'Date sale price starts',
  'Date sale price ends',
  'Tax status',
  'Tax class',
  'Low stock amount',
  'Backorders allowed?',
  'Sold individually?',
  'Allow customer reviews?',
  'Purchase note',
  'Shipping class',
  'Download limit',
  'Download expiry days',
  'Grouped products',
  'Upsells',
  'Cross-sells',
  'External URL',
  'Button text',
];
/** In how many grams and millimetres. */
const WEIGHTS: Record<string, number> = { kg: 1000, g: 1, lbs: 453.592, oz: 28.3495 };
const LENGTHS: Record<string, number> = { mm: 1, cm: 10, m: 1000, in: 25.4, yd: 914.4 };
const MEASURE = /^(weight|length|width|height) \((\w+)\)$/i;
const KEYS = new Map([...KEPT, ...NOT_KEPT].map((name) => [name.toLowerCase(), name]));
const NOT_KEPT_KEYS = new Set(NOT_KEPT);
const ATTRIBUTE = /^attribute (\d+) (name|value\(s\)|visible|global|default)$/i;
const DOWNLOAD = /^(download \d+ (id|name|url)|meta: .+)$/i;

/** The product CSV of WooCommerce: variations are rows that name their parent, wherever they stand. */
export const woocommerce: CsvFormat = {
  columns: () => ({
    keyOf(name) {
      const attribute = ATTRIBUTE.exec(name);
      if (attribute) return `Attribute ${attribute[1]} ${attribute[2]?.toLowerCase()}`;
      if (unitOf(name) !== undefined) return name;
      return KEYS.get(name.toLowerCase()) ?? (DOWNLOAD.test(name) ? name : undefined);
    },
    required: ['Type', 'Name'],
    notKept: (key) => NOT_KEPT_KEYS.has(key) || DOWNLOAD.test(key),
  }),
  keyOf: identityOf,
  belongsTo: (record) => (typesOf(record).includes('variation') ? parentOf(record) : undefined),
  group: withVariations,
  convert: convertProduct,
};

/** What a column measures, and in what. */
function unitOf(name: string): { measure: string; factor: number } | undefined {
  const [, measure = '', unit = ''] = MEASURE.exec(name.toLowerCase()) ?? [];
  const factor = (measure === 'weight' ? WEIGHTS : LENGTHS)[unit];
  return factor === undefined ? undefined : { measure, factor };
}

function measuresOf(record: CsvRecord): Record<string, number | null> {
  return Object.fromEntries(
    record.header.keys().flatMap((key) => {
      const unit = unitOf(key);
      if (!unit) return [];
      const value = decimalCell(record, key);
      const name = unit.measure === 'weight' ? 'weight_grams' : `${unit.measure}_mm`;
      return [[name, value === undefined ? null : Math.round(value * unit.factor)]];
    }),
  );
}

function typesOf(record: CsvRecord): string[] {
  return listOf(record.cell('Type').toLowerCase());
}

/** Its SKU, otherwise `id:` and its number. */
function identityOf(record: CsvRecord): string {
  return record.cell('SKU') || (record.cell('ID') && `id:${record.cell('ID')}`);
}

function parentOf(record: CsvRecord): string {
  return record.cell('Parent');
}

/**
 * Holds a parent back until all its variations are there, and a variation until its parent is: the file was counted
 * before. What never finds its other half is handed on at the end.
 */
async function* withVariations(
  records: AsyncIterable<CsvRecord>,
  { members }: CheckedFile,
): AsyncGenerator<RecordGroup> {
  const waiting = new Map<string, { parent: CsvRecord | undefined; variations: CsvRecord[] }>();
  const place = (key: string) => {
    const found = waiting.get(key) ?? { parent: undefined, variations: [] };
    waiting.set(key, found);
    return found;
  };
  for await (const record of records) {
    const isVariation = typesOf(record).includes('variation');
    const names = isVariation ? [parentOf(record)] : [record.cell('SKU'), `id:${record.cell('ID')}`];
    const key = names.find((name) => name !== '' && members.has(name));
    if (key === undefined) {
      yield [record];
      continue;
    }
    const family = place(key);
    if (isVariation) family.variations.push(record);
    else family.parent = record;
    if (family.parent && family.variations.length === members.get(key)) {
      yield [family.parent, ...family.variations];
      waiting.delete(key);
    }
  }
  for (const { parent, variations } of waiting.values()) {
    if (parent) yield [parent, ...variations];
    else for (const orphan of variations) yield [orphan];
  }
}

function convertProduct(group: RecordGroup, context: { options: ReadOptions; warn: Warn }): object {
  const [first, ...variations] = group;
  const { header } = first;
  if (typesOf(first).includes('variation')) {
    const message = `The file has no product ${quoted(parentOf(first))} for this variation.`;
    throw new RowProblem(message, { column: header.nameOf('Parent'), code: 'parent_unknown' });
  }
  const identity = identityOf(first);
  const isDigital = typesOf(first).some((type) => type === 'virtual' || type === 'downloadable');
  const name = first.cell('Name');
  if (name === '')
    throw new RowProblem('The product has no name.', { column: header.nameOf('Name'), code: 'cell_missing' });
  const [main, ...extra] = deepestPaths(listOf(first.cell('Categories')).map(categoryPath));
  const published = first.cell('Published');
  const brand = listOf(first.cell('Brands'))[0];
  const description = first.cell('Description') || first.cell('Short description');
  const stated = variations.length > 0 ? variations : [first];
  return {
    id: identity || name,
    title: name,
    description: unslashed(description),
    ...(header.has('Tags') && { tags: listOf(first.cell('Tags')) }),
    ...(isDigital && { kind: 'digital' }),
    ...(header.has('Brands') && { brand: brand ?? '' }),
    // 1 is public, 0 private, -1 a draft.
    ...(published !== '' && published !== '1' && { status: 'draft' }),
    ...(header.has('Categories') && { category_path: main ?? [], category_paths_extra: extra }),
    attributes: attributesOf(first, variations.length > 0 ? optionNames(first, variations) : new Set()),
    ...(header.has('Images') && { images: listOf(first.cell('Images')) }),
    variants: stated.map((record) => variantOf(record, { ...context, parent: first, isVariation: record !== first })),
  };
}

/** `Clothing` says nothing beside `Clothing > Shirts`. */
function deepestPaths(paths: readonly string[][]): string[][] {
  return paths.filter(
    (path) => !paths.some((other) => other.length > path.length && path.every((name, depth) => other[depth] === name)),
  );
}

function unslashed(text: string): string {
  return text.replaceAll('\\n', '\n');
}

/** The attributes of a row as its columns name them, in order. */
function namedValues(record: CsvRecord): { name: string; values: string[] }[] {
  return record.header.keys().flatMap((key) => {
    const number = /^Attribute (\d+) name$/.exec(key)?.[1];
    const name = number === undefined ? '' : record.cell(key);
    return name === '' ? [] : [{ name, values: listOf(record.cell(`Attribute ${number} value(s)`)) }];
  });
}

function optionNames(parent: CsvRecord, variations: readonly CsvRecord[]): Set<string> {
  const named = new Set(variations.flatMap((record) => namedValues(record).map(({ name }) => name.toLowerCase())));
  return new Set(
    namedValues(parent)
      .map(({ name }) => name.toLowerCase())
      .filter((name) => named.has(name)),
  );
}

function attributesOf(record: CsvRecord, options: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    namedValues(record)
      .filter(({ name, values }) => !options.has(name.toLowerCase()) && values.length > 0)
      .map(({ name, values }) => [name, values.length === 1 ? values[0] : values]),
  );
}

function variantOf(
  record: CsvRecord,
  { options, warn, parent, isVariation }: { options: ReadOptions; warn: Warn; parent: CsvRecord; isVariation: boolean },
): object {
  const { header } = record;
  const { currency } = options;
  const regular = priceCell(record, 'Regular price', currency);
  const sale = priceCell(record, 'Sale price', currency);
  if (sale !== undefined && sale !== regular) {
    warn(header.nameOf('Sale price'), 'The sale price is not taken: the regular one is');
  }
  const stock = stockCell(record, 'Stock', warn);
  const isOut = record.cell('In stock?') === '0';
  const identity = identityOf(record);
  const sku = record.cell('SKU');
  const images = listOf(record.cell('Images'));
  return {
    ...(isVariation && identity !== '' && { id: identity }),
    ...(sku !== '' && { sku }),
    ...(header.has('GTIN, UPC, EAN, or ISBN') && { barcode: record.cell('GTIN, UPC, EAN, or ISBN') }),
    attributes: isVariation ? variationOptions(record, { parent, warn }) : {},
    currency,
    price_minor: regular ?? sale ?? null,
    ...(isOut ? { stock: 0 } : stock !== undefined && { stock }),
    ...measuresOf(record),
    ...(isVariation && header.has('Images') && { images }),
  };
}

/** A variation that leaves an option open is every value of it: it becomes one, with the word for that. */
function variationOptions(
  record: CsvRecord,
  { parent, warn }: { parent: CsvRecord; warn: Warn },
): Record<string, string> {
  const known = new Map(namedValues(parent).map(({ name }) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    namedValues(record).map(({ name, values }) => {
      const [value] = values;
      if (value === undefined) warn(null, `A variation leaves ${quoted(name)} open: it is stored as "Any"`);
      return [known.get(name.toLowerCase()) ?? name, value ?? 'Any'];
    }),
  );
}
