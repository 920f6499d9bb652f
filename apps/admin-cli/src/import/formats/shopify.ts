import {
  categoryPath,
  decimalCell,
  listOf,
  priceCell,
  stockCell,
  truthCell,
  unescapeFormula,
  wholeCell,
  wordCell,
} from './cells.ts';
import type { CsvFormat, ReadOptions, RecordGroup, Warn } from './csv-format.ts';
import type { CsvRecord } from './csv-header.ts';
import { RowProblem } from './file-product.ts';

/** Keys are the names of the export until 2024; these are what columns are called since, and were called before. */
const ALIASES: Record<string, string> = {
  'url handle': 'Handle',
  description: 'Body (HTML)',
  'standardized product type': 'Product Category',
  'standard product type': 'Product Category',
  'custom product type': 'Type',
  'published on online store': 'Published',
  sku: 'Variant SKU',
  barcode: 'Variant Barcode',
  price: 'Variant Price',
  'compare-at price': 'Variant Compare At Price',
  'charge tax': 'Variant Taxable',
  'tax code': 'Variant Tax Code',
  'inventory tracker': 'Variant Inventory Tracker',
  'inventory quantity': 'Variant Inventory Qty',
  'continue selling when out of stock': 'Variant Inventory Policy',
  'weight value (grams)': 'Variant Grams',
  'weight unit for display': 'Variant Weight Unit',
  'requires shipping': 'Variant Requires Shipping',
  'fulfillment service': 'Variant Fulfillment Service',
  'product image url': 'Image Src',
  'variant image url': 'Variant Image',
};

const KEPT = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Tags',
  'SEO Title',
  'SEO Description',
  'Variant Grams',
  'Variant Weight Unit',
  'Variant Requires Shipping',
  'Product Category',
  'Type',
  'Published',
  'Status',
  ...[1, 2, 3].flatMap((n) => [`Option${n} Name`, `Option${n} Value`]),
  'Variant SKU',
  'Variant Barcode',
  'Variant Price',
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'Variant Image',
  'Google Shopping / Gender',
  'Google Shopping / Age Group',
  'Google Shopping / MPN',
  'Google Shopping / Condition',
];

const NOT_KEPT = [
  'Collection',
  ...[1, 2, 3].map((n) => `Option${n} Linked To`),
  'Variant Compare At Price',
  'Variant Taxable',
  'Variant Tax Code',
  'Variant Inventory Policy',
  'Variant Fulfillment Service',
  'Gift Card',
  'Cost per item',
  'Unit price total measure',
  'Unit price total measure unit',
  'Unit price base measure',
  'Unit price base measure unit',
];

const KEYS = new Map([...KEPT, ...NOT_KEPT].map((name) => [name.toLowerCase(), name]));
const NOT_KEPT_KEYS = new Set(NOT_KEPT);
const SHOPPING_ATTRIBUTES: Record<string, string> = {
  'Google Shopping / Gender': 'Gender',
  'Google Shopping / Age Group': 'Age group',
  'Google Shopping / MPN': 'MPN',
  'Google Shopping / Condition': 'Condition',
};

/** `Flavor (product.metafields.shopify.flavor)`. */
const METAFIELD = /^(.+) \(product\.metafields\.[^()]+\)$/i;
/** Prices of one market, and whether it has the product. */
const MARKET = /^(included|price|compare-at price|compare at price) \/ .+$/i;

/** The product CSV of Shopify, with the names of columns before and since 2024. */
export const shopify: CsvFormat = {
  columns: () => ({
    keyOf(name) {
      const lower = name.toLowerCase();
      const known = ALIASES[lower] ?? KEYS.get(lower);
      if (known !== undefined) return known;
      return METAFIELD.test(name) || MARKET.test(name) || lower.startsWith('google shopping / ') ? name : undefined;
    },
    required: ['Handle', 'Title'],
    notKept: (key) =>
      NOT_KEPT_KEYS.has(key) || MARKET.test(key) || (/^google shopping \/ /i.test(key) && !SHOPPING_ATTRIBUTES[key]),
  }),
  keyOf: (record) => textOf(record, 'Handle'),
  convert: convertProduct,
};

function convertProduct(group: RecordGroup, { options, warn }: { options: ReadOptions; warn: Warn }): object {
  const [first] = group;
  const handle = textOf(first, 'Handle');
  if (handle === '')
    throw new RowProblem('The row has no handle.', { column: first.header.nameOf('Handle'), code: 'cell_missing' });
  const title = textOf(first, 'Title');
  const { header } = first;
  return {
    slug: handle,
    ...(title !== '' && { title }),
    ...(header.has('Body (HTML)') && { description: textOf(first, 'Body (HTML)') }),
    ...(header.has('Vendor') && { brand: textOf(first, 'Vendor') }),
    ...statusOf(first),
    ...detailsOf(first),
    ...categoryOf(first),
    ...attributesOf(first),
    ...(header.has('Image Src') && { images: imagesOf(group) }),
    variants: variantsOf(group, { options, warn }),
  };
}

function textOf(record: CsvRecord, key: string): string {
  return unescapeFormula(record.cell(key));
}

function statusOf(record: CsvRecord): { status?: string } {
  const published = truthCell(record, 'Published');
  const words = { active: 'active', draft: 'draft', archived: 'archived', unlisted: 'draft' } as const;
  const status = wordCell(record, 'Status', words);
  if (published === false && (status ?? 'active') === 'active') return { status: 'draft' };
  return status === undefined ? {} : { status };
}

/** What needs no shipping is digital; what does is what it was, a bundle maybe. */
function detailsOf(record: CsvRecord): object {
  const { header } = record;
  return {
    ...(truthCell(record, 'Variant Requires Shipping') === false && { kind: 'digital' }),
    ...(header.has('Tags') && { tags: listOf(textOf(record, 'Tags')) }),
    ...(header.has('SEO Title') && { seo_title: textOf(record, 'SEO Title') }),
    ...(header.has('SEO Description') && { seo_description: textOf(record, 'SEO Description') }),
  };
}

/** A product without a category of Shopify's taxonomy is in one of its type. */
function categoryOf(record: CsvRecord): { category_path?: string[] } {
  const { header } = record;
  if (!header.has('Product Category') && !header.has('Type')) return {};
  const path = categoryPath(textOf(record, 'Product Category'));
  const type = textOf(record, 'Type');
  return { category_path: path.length === 0 && type !== '' ? [type] : path };
}

function attributesOf(record: CsvRecord): { more_attributes?: Record<string, unknown> } {
  const attributes: Record<string, unknown> = {};
  for (const key of record.header.keys()) {
    const name = METAFIELD.exec(key)?.[1] ?? SHOPPING_ATTRIBUTES[key];
    const text = record.cell(key);
    if (name === undefined || text === '') continue;
    const values = METAFIELD.test(key) ? listOf(text, ';') : [text];
    attributes[name.trim()] = values.length === 1 ? values[0] : values;
  }
  const type = textOf(record, 'Type');
  if (type !== '' && record.cell('Product Category') !== '') attributes['Type'] = type;
  return Object.keys(attributes).length === 0 ? {} : { more_attributes: attributes };
}

function imagesOf(group: RecordGroup): object[] {
  const images = group.flatMap((record, index) => {
    const url = textOf(record, 'Image Src');
    if (url === '') return [];
    const alt = textOf(record, 'Image Alt Text');
    return [{ position: wholeCell(record, 'Image Position') ?? index + 1, image: { url, ...(alt !== '' && { alt }) } }];
  });
  return images.sort((a, b) => a.position - b.position).map(({ image }) => image);
}

const VARIANT_KEYS = ['Option1 Value', 'Variant SKU', 'Variant Price', 'Variant Barcode'];

function variantsOf(group: RecordGroup, { options, warn }: { options: ReadOptions; warn: Warn }): object[] {
  const [first] = group;
  const { header } = first;
  // Rows that only add a picture have no variant.
  const records = group.filter((record) => record === first || VARIANT_KEYS.some((key) => record.cell(key) !== ''));
  return records.map((record) => {
    const sku = textOf(record, 'Variant SKU');
    const image = textOf(record, 'Variant Image');
    const tracked = !header.has('Variant Inventory Tracker') || record.cell('Variant Inventory Tracker') !== '';
    const stock = stockCell(record, 'Variant Inventory Qty', warn);
    return {
      ...(sku !== '' && { sku: sku.replace(/^'(?=\d)/, '') }),
      ...(header.has('Variant Barcode') && { barcode: textOf(record, 'Variant Barcode').replace(/^'(?=\d)/, '') }),
      attributes: optionsOf(record, first),
      ...(header.has('Variant Price') && {
        currency: options.currency,
        price_minor: priceCell(record, 'Variant Price', options.currency) ?? null,
      }),
      ...((tracked || stock) && stock !== undefined && { stock }),
      ...(header.has('Variant Inventory Tracker') && { track_stock: tracked }),
      ...weightOf(record),
      ...(header.has('Variant Image') && { image }),
    };
  });
}

/** Always grams, whatever unit Shopify shows; 0 is what it says of what nobody has weighed. */
function weightOf(record: CsvRecord): { weight_grams?: number | null } {
  if (!record.header.has('Variant Grams')) return {};
  const grams = decimalCell(record, 'Variant Grams');
  return grams === 0 ? {} : { weight_grams: grams === undefined ? null : Math.round(grams) };
}

/** Names stand on the first row only. A product without options has the option Title with the value Default Title. */
function optionsOf(record: CsvRecord, first: CsvRecord): Record<string, string> {
  const options: Record<string, string> = {};
  for (const n of [1, 2, 3]) {
    const name = textOf(first, `Option${n} Name`);
    const value = textOf(record, `Option${n} Value`);
    if (name === '' || value === '') continue;
    options[name] = value;
  }
  const isDefault = Object.keys(options).length === 1 && options['Title'] === 'Default Title';
  return isDefault ? {} : options;
}
