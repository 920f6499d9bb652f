import { decimalCell, listOf, priceCell, stockCell, truthCell, wordCell } from './cells.ts';
import type { CsvFormat, ReadOptions, RecordGroup, Warn } from './csv-format.ts';
import type { CsvRecord } from './csv-header.ts';
import { RowProblem } from './file-product.ts';

const KEPT = [
  'Product Id',
  'Product Handle',
  'Product Title',
  'Product Status',
  'Product Description',
  'Product Subtitle',
  'Product Material',
  'Product Origin Country',
  'Product Thumbnail',
  'Product Type',
  'Product Tags',
  'Product Weight',
  'Variant Weight',
  'Variant Id',
  'Variant Sku',
  'Variant Barcode',
  'Variant Ean',
  'Variant Upc',
  'Variant Inventory Quantity',
  'Variant Manage Inventory',
];
const NOT_KEPT = [
  ...['External Id', 'Collection Id', 'Collection Title', 'Collection Handle', 'Type Id', 'Sales Channel Id'],
  ...['Created At', 'Deleted At', 'Updated At', 'Discountable', 'Is Giftcard', 'Metadata', 'Profile Name'],
  ...['Profile Type', 'Shipping Profile Id', 'Height', 'Width', 'Length', 'HS Code', 'MID Code'],
].map((name) => `Product ${name}`);
const VARIANT_NOT_KEPT = [
  ...['Title', 'Allow Backorder', 'Created At', 'Deleted At', 'Updated At', 'Height', 'Width', 'Length'],
  ...['HS Code', 'MID Code', 'Material', 'Metadata', 'Origin Country', 'Product Id', 'Variant Rank'],
].map((name) => `Variant ${name}`);

const KEYS = new Map([...KEPT, ...NOT_KEPT, ...VARIANT_NOT_KEPT].map((name) => [name.toLowerCase(), name]));
const NOT_KEPT_KEYS = new Set([...NOT_KEPT, ...VARIANT_NOT_KEPT]);

const PRICE = /^(?:variant )?price (?:(.+) \[([a-z]{3})\]|([a-z]{3}))$/i;
const OPTION = /^(?:variant )?option (\d+) (name|value)$/i;
const IMAGE = /^(?:product )?image (\d+)(?: url)?$/i;
const NUMBERED = /^product (category|tag|sales channel|shipping profile) (\d+)(?: .+)?$/i;

/** The product CSV of Medusa 2, and the template of Medusa 1. */
export const medusa: CsvFormat = {
  columns: ({ region }) => ({
    keyOf: (name) => patternKey(name, region) ?? KEYS.get(name.toLowerCase()),
    required: ['Product Handle', 'Product Title'],
    notKept: (key) => NOT_KEPT_KEYS.has(key) || /^Product (Sales Channel|Shipping Profile) \d/.test(key),
    problemOf(name) {
      const [, place] = PRICE.exec(name) ?? [];
      if (place !== undefined && region === undefined) {
        return `The store has no region ${JSON.stringify(place)}. Say whose prices to take with --region.`;
      }
      const known = patternKey(name, region) ?? KEYS.get(name.toLowerCase());
      return known === undefined && /^(product|variant) /i.test(name) ? 'There is no such column.' : undefined;
    },
  }),
  keyOf: (record) => record.cell('Product Handle'),
  convert: convertProduct,
};

function patternKey(name: string, region: string | undefined): string | undefined {
  const [, place, placed, plain] = PRICE.exec(name) ?? [];
  if (plain !== undefined) return `price:${plain.toUpperCase()}`;
  if (place !== undefined && placed !== undefined) {
    const isChosen = region !== undefined && place.toLowerCase() === region.toLowerCase();
    return isChosen ? `regional:${placed.toUpperCase()}` : `elsewhere:${place}:${placed.toUpperCase()}`;
  }
  const [, option, part] = OPTION.exec(name) ?? [];
  if (option !== undefined && part !== undefined) return `option ${option} ${part.toLowerCase()}`;
  const [, image] = IMAGE.exec(name) ?? [];
  if (image !== undefined) return `image ${image}`;
  const [, kind, number] = NUMBERED.exec(name) ?? [];
  if (kind === undefined || number === undefined) return undefined;
  return `Product ${kind.replace(/\b[a-z]/gi, (letter) => letter.toUpperCase())} ${number}`;
}

const STATUSES = { draft: 'draft', proposed: 'draft', rejected: 'draft', published: 'active' } as const;

function convertProduct(group: RecordGroup, { options, warn }: { options: ReadOptions; warn: Warn }): object {
  const [first] = group;
  const { header } = first;
  const handle = first.cell('Product Handle');
  if (handle === '') {
    throw new RowProblem('The product has no handle.', {
      column: header.nameOf('Product Handle'),
      code: 'cell_missing',
    });
  }
  const title = first.cell('Product Title');
  const status = wordCell(first, 'Product Status', STATUSES);
  return {
    slug: handle,
    ...(title !== '' && { title }),
    ...(header.has('Product Description') && {
      description: first.cell('Product Description').replaceAll('\\n', '\n'),
    }),
    ...(status !== undefined && { status }),
    ...categoriesOf(first, warn),
    ...tagsOf(first),
    ...attributesOf(first),
    ...imagesOf(first),
    variants: group.map((record) => variantOf(record, { options, warn })),
  };
}

function numbered(record: CsvRecord, prefix: string): string[] {
  return record.header
    .keys()
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)))
    .map((key) => record.cell(key))
    .filter((cell) => cell !== '');
}

function categoriesOf(record: CsvRecord, warn: Warn): object {
  const cells = numbered(record, 'Product Category ');
  const names = cells.filter((cell) => !cell.startsWith('pcat_'));
  if (names.length < cells.length)
    warn('Product Category', 'Categories given by id are left out: their names are not in the file');
  const [main, ...extra] = names.map((name) => [name]);
  return main === undefined ? {} : { category_path: main, category_paths_extra: extra };
}

function tagsOf(record: CsvRecord): object {
  const { header } = record;
  const has = header.has('Product Tags') || header.keys().some((key) => key.startsWith('Product Tag '));
  return has ? { tags: [...listOf(record.cell('Product Tags')), ...numbered(record, 'Product Tag ')] } : {};
}

function attributesOf(record: CsvRecord): object {
  const named = {
    Subtitle: 'Product Subtitle',
    Material: 'Product Material',
    'Country of origin': 'Product Origin Country',
    Type: 'Product Type',
  };
  const found = Object.entries(named)
    .map(([name, key]) => [name, record.cell(key)] as const)
    .filter(([, value]) => value !== '');
  return found.length === 0 ? {} : { more_attributes: Object.fromEntries(found) };
}

function imagesOf(record: CsvRecord): object {
  const { header } = record;
  const images = numbered(record, 'image ');
  const has = header.keys().some((key) => key.startsWith('image ')) || header.has('Product Thumbnail');
  const thumbnail = record.cell('Product Thumbnail');
  const all = thumbnail === '' || images.includes(thumbnail) ? images : [thumbnail, ...images];
  return has ? { images: all } : {};
}

function variantOf(record: CsvRecord, { options, warn }: { options: ReadOptions; warn: Warn }): object {
  const id = record.cell('Variant Id');
  const sku = record.cell('Variant Sku');
  const barcode = record.cell('Variant Barcode') || record.cell('Variant Ean') || record.cell('Variant Upc');
  const managed = truthCell(record, 'Variant Manage Inventory') ?? true;
  const stock = stockCell(record, 'Variant Inventory Quantity', warn);
  const weight = decimalCell(record, 'Variant Weight') ?? decimalCell(record, 'Product Weight');
  return {
    ...(id !== '' && { id }),
    ...(sku !== '' && { sku }),
    ...(barcode !== '' && { barcode }),
    attributes: optionsOf(record),
    prices: pricesOf(record, { options, warn }),
    ...(managed && stock !== undefined && { stock }),
    ...(record.header.has('Variant Manage Inventory') && { track_stock: managed }),
    ...(weight !== undefined && { weight_grams: Math.round(weight) }),
  };
}

function optionsOf(record: CsvRecord): Record<string, string> {
  const numbers = record.header.keys().flatMap((key) => /^option (\d+) name$/.exec(key)?.[1] ?? []);
  return Object.fromEntries(
    numbers
      .map((n) => [record.cell(`option ${n} name`), record.cell(`option ${n} value`)] as const)
      .filter(([name, value]) => name !== '' && value !== ''),
  );
}

/** The prices of the chosen region before those of all; none in currencies that the store does not sell in. */
function pricesOf(record: CsvRecord, { options, warn }: { options: ReadOptions; warn: Warn }): Record<string, number> {
  const prices: Record<string, number> = {};
  const keys = record.header.keys();
  for (const key of [
    ...keys.filter((each) => each.startsWith('price:')),
    ...keys.filter((each) => each.startsWith('regional:')),
  ]) {
    const currency = key.slice(key.indexOf(':') + 1);
    const price = priceCell(record, key, currency);
    if (price === undefined) continue;
    if (!options.currencies.includes(currency)) {
      warn(record.header.nameOf(key), `The store does not sell in ${currency}: the price is left out`);
    } else if (price === 0) {
      warn(record.header.nameOf(key), 'The price of 0 is taken as no price');
    } else {
      prices[currency] = price;
    }
  }
  return prices;
}
