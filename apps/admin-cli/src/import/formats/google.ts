import { categoryPath, listOf, minorUnits, quoted } from './cells.ts';
import type { CsvFormat, ReadOptions, RecordGroup, Warn } from './csv-format.ts';
import type { CsvRecord } from './csv-header.ts';
import { RowProblem } from './file-product.ts';

export const GOOGLE_KEPT = [
  'id',
  'title',
  'description',
  'image_link',
  'additional_image_link',
  'availability',
  'price',
  'brand',
  'gtin',
  'mpn',
  'condition',
  'google_product_category',
  'product_type',
  'item_group_id',
  'color',
  'size',
  'pattern',
  'material',
  'gender',
  'age_group',
];
const NOT_KEPT = [
  ...['link', 'mobile_link', 'canonical_link', 'sale_price', 'sale_price_effective_date', 'cost_of_goods_sold'],
  ...['availability_date', 'expiration_date', 'unit_pricing_measure', 'unit_pricing_base_measure', 'installment'],
  ...['identifier_exists', 'adult', 'multipack', 'is_bundle', 'energy_efficiency_class', 'size_type', 'size_system'],
  ...['product_length', 'product_width', 'product_height', 'product_weight', 'product_detail', 'product_highlight'],
  ...['ads_redirect', 'custom_label_0', 'custom_label_1', 'custom_label_2', 'custom_label_3', 'custom_label_4'],
  ...['promotion_id', 'lifestyle_image_link', 'excluded_destination', 'included_destination', 'pause'],
  ...['shipping', 'shipping_label', 'shipping_weight', 'shipping_length', 'shipping_width', 'shipping_height'],
  ...['ships_from_country', 'transit_time_label', 'max_handling_time', 'min_handling_time', 'tax', 'tax_category'],
];
const KNOWN = new Set([...GOOGLE_KEPT, ...NOT_KEPT]);
const NOT_KEPT_KEYS = new Set(NOT_KEPT);

/** A field as the feed calls it: `g:image_link` in XML, `image link` in text. */
export function googleKey(name: string): string | undefined {
  const key = name.toLowerCase().replace(/^g:/, '').replaceAll(' ', '_');
  return KNOWN.has(key) ? key : undefined;
}

/** The feed of Google Merchant, as text with tabs; items of one `item_group_id` are variants of one product. */
export const google: CsvFormat = {
  columns: () => ({
    keyOf: googleKey,
    required: ['id', 'title', 'price'],
    notKept: (key) => NOT_KEPT_KEYS.has(key),
  }),
  keyOf: (record) => record.cell('item_group_id') || `item ${record.cell('id')}`,
  convert: convertProduct,
};

/** What makes variants of one product differ. */
const OPTIONS = { color: 'Color', size: 'Size', pattern: 'Pattern', material: 'Material' };
const ATTRIBUTES = { mpn: 'MPN', condition: 'Condition', gender: 'Gender', age_group: 'Age group' };

function convertProduct(group: RecordGroup, { options, warn }: { options: ReadOptions; warn: Warn }): object {
  const [first] = group;
  const id = first.cell('id');
  if (id === '')
    throw new RowProblem('The item has no id.', { column: first.header.nameOf('id'), code: 'cell_missing' });
  const title = first.cell('title');
  if (title === '')
    throw new RowProblem('The item has no title.', { column: first.header.nameOf('title'), code: 'cell_missing' });
  const optionKeys = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];
  const varying = optionKeys.filter((key) => new Set(group.map((record) => record.cell(key))).size > 1);
  const path = categoryPath(first.cell('product_type') || first.cell('google_product_category'));
  const fixed = optionKeys.filter((key) => !varying.includes(key)).map((key) => [OPTIONS[key], first.cell(key)]);
  const named = Object.entries(ATTRIBUTES).map(([key, name]) => [name, first.cell(key)]);
  const attributes = Object.fromEntries([...fixed, ...named].filter(([, value]) => value !== ''));
  return {
    id: first.cell('item_group_id') || id,
    title,
    description: first.cell('description'),
    brand: first.cell('brand'),
    ...(path.length > 0 && { category_path: path }),
    more_attributes: attributes,
    images: imagesOf(first),
    variants: group.map((record) => ({
      id: record.cell('id'),
      sku: record.cell('id'),
      barcode: record.cell('gtin'),
      attributes: Object.fromEntries(varying.map((key) => [OPTIONS[key], record.cell(key) || '–'])),
      ...priceOf(record, { options, warn }),
      ...(/^out[ _]of[ _]stock$/i.test(record.cell('availability')) && { stock: 0 }),
      ...(group.length > 1 && { images: imagesOf(record) }),
    })),
  };
}

function imagesOf(record: CsvRecord): string[] {
  return [record.cell('image_link'), ...listOf(record.cell('additional_image_link'))].filter((url) => url !== '');
}

/** `105.29 USD`, or `USD 105.29`; without a currency in that of the file. */
function priceOf(record: CsvRecord, { options }: { options: ReadOptions; warn: Warn }): object {
  const text = record.cell('price');
  const column = record.header.nameOf('price');
  if (text === '') return {};
  const currency = /[A-Z]{3}/.exec(text)?.[0] ?? options.currency;
  const amount = minorUnits(text.replace(/[A-Z]{3}/, '').trim(), currency);
  if (amount === undefined) throw new RowProblem(`${quoted(text)} is not a price such as 12.50 USD.`, { column });
  if (!options.currencies.includes(currency)) {
    throw new RowProblem(`The store does not sell in the currency ${quoted(currency)}.`, {
      column,
      code: 'currency_unknown',
    });
  }
  return { currency, price_minor: amount };
}
