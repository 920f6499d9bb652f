import {
  categoryPath,
  decimalCell,
  jsonCell,
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

export const PRODUCT_COLUMNS = [
  'id',
  'slug',
  'title',
  'description',
  'brand',
  'status',
  'show_unpriced',
  'tax_class',
  'kind',
  'tags',
  'seo_title',
  'seo_description',
  'publish_at',
  'unpublish_at',
  'rating',
  'rating_count',
  'translations',
  'categories',
  'attributes',
  'options',
  'images',
] as const;
export const VARIANT_COLUMNS = [
  'variant_id',
  'sku',
  'barcode',
  'variant_status',
  'variant_options',
  'stock',
  'weight_grams',
  'length_mm',
  'width_mm',
  'height_mm',
  'track_stock',
  'variant_images',
] as const;

const NAMES = new Set<string>([...PRODUCT_COLUMNS, ...VARIANT_COLUMNS]);
/** `price_EUR`. */
const PRICE = /^price_([A-Z]{3})$/i;
/** `attribute:Colour` and `option:Size`. */
const NAMED = /^(attribute|option):(.+)$/i;

/** Our own CSV: a line a variant, the fields of the product on the first of its lines. */
export const ownCsv: CsvFormat = {
  columns: () => ({
    keyOf(name) {
      const price = PRICE.exec(name)?.[1];
      if (price !== undefined) return `price_${price.toUpperCase()}`;
      const [, kind, rest] = NAMED.exec(name) ?? [];
      if (kind !== undefined && rest !== undefined) return `${kind.toLowerCase()}:${rest.trim()}`;
      return NAMES.has(name.toLowerCase()) ? name.toLowerCase() : undefined;
    },
    required: ['id'],
  }),
  keyOf: (record) => unescapeFormula(record.cell('id')),
  convert: convertProduct,
};

function convertProduct(group: RecordGroup, { options, warn }: { options: ReadOptions; warn: Warn }): object {
  const [first] = group;
  const { header } = first;
  const text = (key: string): string => unescapeFormula(first.cell(key));
  const id = text('id');
  if (id === '') throw new RowProblem('The row has no id.', { column: 'id', code: 'cell_missing' });
  const title = text('title');
  const slug = text('slug');
  const taxClass = text('tax_class');
  const status = wordCell(first, 'status', { draft: 'draft', active: 'active', archived: 'archived' });
  const showUnpriced = truthCell(first, 'show_unpriced');
  const productOptions = jsonCell(first, 'options');
  const hasVariants = header.keys().some((key) => isVariantKey(key));
  return {
    id,
    ...(slug !== '' && { slug }),
    ...(title !== '' && { title }),
    ...(header.has('description') && { description: text('description') }),
    ...(header.has('brand') && { brand: text('brand') }),
    ...(status !== undefined && { status }),
    ...(showUnpriced !== undefined && { show_unpriced: showUnpriced }),
    ...(taxClass !== '' && { tax_class: taxClass }),
    ...detailsOf(first),
    ...(header.has('categories') && categoriesOf(first)),
    ...attributesOf(first),
    ...(productOptions !== undefined && { options: productOptions }),
    ...(header.has('images') && { images: imagesOf(first, 'images') }),
    ...(hasVariants && { variants: group.map((record) => variantOf(record, { options, warn })) }),
  };
}

/** Of a column that is there an empty cell takes away what it holds. */
function detailsOf(record: CsvRecord): object {
  const { header } = record;
  const kind = wordCell(record, 'kind', { physical: 'physical', digital: 'digital', bundle: 'bundle' });
  const given = (key: string, value: unknown): object => (header.has(key) ? { [key]: value } : {});
  const text = (key: string): string | null => unescapeFormula(record.cell(key)) || null;
  const rating = decimalCell(record, 'rating');
  const translations = jsonCell(record, 'translations');
  return {
    ...(kind !== undefined && { kind }),
    ...given('tags', listOf(text('tags') ?? '')),
    ...given('seo_title', text('seo_title')),
    ...given('seo_description', text('seo_description')),
    ...given('publish_at', text('publish_at')),
    ...given('unpublish_at', text('unpublish_at')),
    ...given('rating', rating ?? null),
    ...(rating !== undefined && { rating_count: wholeCell(record, 'rating_count') ?? null }),
    ...(translations !== undefined && { translations }),
  };
}

function isVariantKey(key: string): boolean {
  return (VARIANT_COLUMNS as readonly string[]).includes(key) || PRICE.test(key) || key.startsWith('option:');
}

/** `Food > Tea | Gifts`, or JSON where a name has one of these characters. */
function categoriesOf(record: CsvRecord): object {
  const cell = unescapeFormula(record.cell('categories'));
  const paths = cell.startsWith('[')
    ? (jsonCell(record, 'categories') as string[][])
    : listOf(cell, '|').map(categoryPath);
  const [main = [], ...extra] = paths;
  return { category_path: main, category_paths_extra: extra };
}

function attributesOf(record: CsvRecord): object {
  const { header } = record;
  const named = header.keys().filter((key) => key.startsWith('attribute:'));
  const more = Object.fromEntries(
    named.map((key) => [key.slice('attribute:'.length), unescapeFormula(record.cell(key)) || null]),
  );
  return {
    ...(header.has('attributes') && { attributes: jsonCell(record, 'attributes') ?? {} }),
    ...(named.length > 0 && { more_attributes: more }),
  };
}

/** A URL a line, each followed by what describes the picture; or JSON. */
function imagesOf(record: CsvRecord, key: string): unknown {
  const cell = unescapeFormula(record.cell(key));
  if (cell.startsWith('[')) return jsonCell(record, key);
  return cell
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [url = '', ...words] = line.split(' ');
      const alt = words.join(' ').trim();
      return { url, ...(alt !== '' && { alt }) };
    });
}

function variantOf(record: CsvRecord, { options, warn }: { options: ReadOptions; warn: Warn }): object {
  const { header } = record;
  const text = (key: string): string => unescapeFormula(record.cell(key));
  const id = text('variant_id');
  const sku = text('sku');
  const status = wordCell(record, 'variant_status', { active: 'active', archived: 'archived' });
  const stock = stockCell(record, 'stock', warn);
  const prices = pricesOf(record, options);
  return {
    ...(id !== '' && { id }),
    ...(sku !== '' && { sku }),
    ...(header.has('barcode') && { barcode: text('barcode') }),
    ...(status !== undefined && { status }),
    attributes: optionsOf(record),
    ...(prices !== undefined && { prices }),
    ...(stock !== undefined && { stock }),
    ...measuresOf(record),
    ...(header.has('variant_images') && { images: imagesOf(record, 'variant_images') }),
  };
}

function measuresOf(record: CsvRecord): object {
  const keys = ['weight_grams', 'length_mm', 'width_mm', 'height_mm'].filter((key) => record.header.has(key));
  const tracked = truthCell(record, 'track_stock');
  return {
    ...Object.fromEntries(keys.map((key) => [key, wholeCell(record, key) ?? null])),
    ...(tracked !== undefined && { track_stock: tracked }),
  };
}

function optionsOf(record: CsvRecord): object {
  const named = record.header.keys().filter((key) => key.startsWith('option:') && record.cell(key) !== '');
  const own = Object.fromEntries(named.map((key) => [key.slice('option:'.length), unescapeFormula(record.cell(key))]));
  const listed = jsonCell(record, 'variant_options');
  return typeof listed === 'object' && listed !== null ? { ...listed, ...own } : own;
}

/** An empty cell takes the price away. */
function pricesOf(record: CsvRecord, { currencies }: ReadOptions): Record<string, number | null> | undefined {
  const keys = record.header.keys().filter((key) => PRICE.test(key));
  if (keys.length === 0) return undefined;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const currency = key.slice('price_'.length);
      const price = priceCell(record, key, currency);
      // Empty columns of other currencies do no harm.
      return price === undefined && !currencies.includes(currency) ? [] : [[currency, price ?? null]];
    }),
  );
}
