import { isDeepStrictEqual } from 'node:util';
import type { productDetails, productRecords, products, variantDetails } from '@cartwright/db';
import { optionsOf } from '../variant-options.ts';
import type { ChosenVariant } from './choose-skus.ts';
import { codeOf } from './ensure-attributes.ts';
import type { ImportRow } from './parse-row.ts';
import { type ImportVariant, storedImages } from './parse-variants.ts';
import { cleanLine, cleanText } from './row-fields.ts';

type ProductRecord = productRecords.ProductRecord;
type VariantRecord = productRecords.VariantRecord;

/** A variant as it shall be. */
export interface MergedVariant extends Omit<VariantRecord, 'id' | 'onHand'> {
  known: VariantRecord | undefined;
  /** Of a new one, where the row says. */
  stock: number | null;
  /** Currencies whose price the row takes away. */
  withdrawn: string[];
}

type MergedDetails = productDetails.ProductDetails & Pick<ProductRecord, 'importedRatingMilli' | 'importedRatingCount'>;

/** A product as it shall be: what its row says, and what it has where the row says nothing. */
export interface MergedProduct
  extends MergedDetails,
    Pick<ProductRecord, 'description' | 'brand' | 'status' | 'showUnpriced' | 'taxClass'> {
  title: string;
  attributes: Record<string, products.AttributeValue>;
  options: products.ProductOption[];
  images: products.ProductImage[];
  categoryPaths: string[][];
  variants: MergedVariant[];
  /** Variants that the row has no longer. */
  gone: VariantRecord[];
}

interface Merge {
  row: ImportRow & { title: string };
  current: ProductRecord | undefined;
  /** Of each variant of the row. */
  chosen: readonly ChosenVariant<VariantRecord>[];
  publishUnpriced: boolean;
  /** In which texts are read as they were entered. */
  defaultLocale: string | undefined;
}

/** Lays a row over the product that it stands for. */
export function mergeRow({ row, current, chosen, publishUnpriced, defaultLocale }: Merge): MergedProduct {
  const { title } = row;
  const kind = row.details.kind ?? current?.kind ?? 'physical';
  const variants = row.variants
    ? row.variants.map((variant, index) => mergeVariant(variant, { title, current, kind, chosen: chosen[index] }))
    : (current?.variants ?? []).map(keepVariant);
  const kept = new Set(variants.map(({ known }) => known?.id));
  const priced = variants.some(({ status, prices }) => status === 'active' && Object.keys(prices).length > 0);
  const before = current && { title: current.title, images: current.images };
  const details = mergeDetails(row, { current, defaultLocale });
  return {
    ...details,
    title,
    description: row.description ?? current?.description ?? '',
    brand: row.brand === undefined ? (current?.brand ?? null) : row.brand,
    status: row.status ?? statusOf(current, priced || publishUnpriced),
    showUnpriced:
      row.showUnpriced ?? (row.status === undefined ? publishUnpriced && !priced : (current?.showUnpriced ?? false)),
    taxClass: row.taxClass ?? current?.taxClass ?? 'standard',
    attributes: attributesOf(row, current),
    options: row.options ?? productOptions(row, { current, variants }),
    images: row.images ? storedImages(row.images, title, before) : (current?.images ?? []),
    categoryPaths: categoriesOf(row, current),
    variants,
    gone: (current?.variants ?? []).filter(({ id, status }) => !kept.has(id) && status === 'active'),
  };
}

/** Whether the merged product is what is there already. */
export function isUnchanged(merged: MergedProduct, current: ProductRecord): boolean {
  const { variants, gone, ...fields } = merged;
  if (gone.length > 0 || variants.some(({ known }) => !known)) return false;
  const kept = new Set(variants.map(({ known }) => known?.id));
  const order = current.variants.filter(({ id }) => kept.has(id)).map(({ id }) => id);
  const same = variants.every(({ known, stock: _, withdrawn: __, ...variant }, index) => {
    if (!known || known.id !== order[index]) return false;
    const { id: _id, onHand: _onHand, ...before } = known;
    return isAlike(variant, before);
  });
  if (!same) return false;
  const { description, ...others } = fields;
  if (sameBreaks(description) !== sameBreaks(current.description)) return false;
  return Object.entries(others).every(([name, value]) => isAlike(value, current[name as keyof typeof others]));
}

/** The same but for blanks that no import would keep. */
function isAlike(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b) || isDeepStrictEqual(cleaned(a), cleaned(b));
}

/** A file keeps one kind of line break. */
function sameBreaks(text: string): string {
  return cleanText(text).replace(/\r\n?/g, '\n');
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanLine(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [cleanLine(key), cleaned(each)]));
}

/** What staff have archived stays so. */
function statusOf(current: ProductRecord | undefined, visible: boolean): products.ProductStatus {
  if (current?.status === 'archived') return 'archived';
  return visible ? 'active' : 'draft';
}

/** What a product has that no row ever spoke of. */
export const NO_DETAILS: MergedDetails = {
  kind: 'physical',
  tags: [],
  seoTitle: null,
  seoDescription: null,
  publishAt: null,
  unpublishAt: null,
  translations: {},
  importedRatingMilli: null,
  importedRatingCount: 0,
};

function mergeDetails(
  row: ImportRow,
  { current, defaultLocale }: { current: ProductRecord | undefined; defaultLocale: string | undefined },
): MergedDetails {
  const { details } = row;
  const before: MergedDetails = current ?? NO_DETAILS;
  const or = <Field extends keyof MergedDetails>(field: Field): MergedDetails[Field] => {
    const said = details[field] as MergedDetails[Field] | undefined;
    return said === undefined ? before[field] : said;
  };
  const texts = { ...current?.translations, ...details.translations };
  if (current && defaultLocale !== undefined && details.translations[defaultLocale] === undefined) {
    texts[defaultLocale] = withoutEntered(texts[defaultLocale], { row, current });
  }
  return {
    kind: or('kind'),
    tags: or('tags'),
    seoTitle: or('seoTitle'),
    seoDescription: or('seoDescription'),
    publishAt: or('publishAt'),
    unpublishAt: or('unpublishAt'),
    importedRatingMilli: or('importedRatingMilli'),
    importedRatingCount: or('importedRatingCount'),
    translations: Object.fromEntries(
      Object.entries(texts).filter((entry): entry is [string, productDetails.ProductTexts] => entry[1] !== null),
    ),
  };
}

/** A text that changes as it was entered is what is read in the store's own language from then on. */
function withoutEntered(
  texts: productDetails.ProductTexts | null | undefined,
  { row, current }: { row: ImportRow; current: ProductRecord },
): productDetails.ProductTexts | null {
  const { title, description, details } = row;
  const entered = { title, description, seoTitle: details.seoTitle, seoDescription: details.seoDescription };
  const kept = Object.entries(texts ?? {}).filter(([field]) => {
    const text = entered[field as keyof typeof entered];
    return text === undefined || isAlike(text, current[field as keyof typeof entered]);
  });
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

/** Digital goods do not run out. */
export function newDetails(kind: productDetails.ProductKind): variantDetails.VariantDetails {
  const measures = { weightGrams: null, lengthMm: null, widthMm: null, heightMm: null };
  return { ...measures, attributes: {}, trackStock: kind !== 'digital', isBundle: kind === 'bundle' };
}

function mergeVariant(
  variant: ImportVariant,
  {
    title,
    current,
    kind,
    chosen,
  }: {
    title: string;
    current: ProductRecord | undefined;
    kind: productDetails.ProductKind;
    chosen: ChosenVariant<VariantRecord> | undefined;
  },
): MergedVariant {
  const known = chosen?.known;
  const before = known && current && { title: current.title, images: known.images };
  const prices: Record<string, number> = { ...known?.prices };
  for (const [currency, price] of Object.entries(variant.prices)) {
    if (price !== null) prices[currency] = price;
    else if (!(prices[currency] === 0 && variant.free.includes(currency))) delete prices[currency];
  }
  const withdrawn = Object.keys(variant.prices).filter((currency) => prices[currency] === undefined);
  return {
    known,
    // The id of a variant that came from no import is its own.
    externalId: known?.externalId ?? (known && variant.externalId === known.id ? null : (variant.externalId ?? null)),
    sku: chosen?.sku ?? variant.sku,
    barcode: variant.barcode === undefined ? (known?.barcode ?? null) : variant.barcode,
    options: variant.options,
    images: variantImages(variant, { title, before }),
    status: variant.status ?? 'active',
    details: { ...(known?.details ?? newDetails(kind)), ...variant.details },
    prices,
    stock: variant.stock,
    withdrawn,
  };
}

function keepVariant(known: VariantRecord): MergedVariant {
  const { id: _, onHand: __, ...fields } = known;
  return { ...fields, known, stock: null, withdrawn: [] };
}

function variantImages(
  { images, image }: ImportVariant,
  { title, before }: { title: string; before: { title: string; images: products.ProductImage[] } | undefined },
): products.ProductImage[] {
  if (images) return storedImages(images, title, before);
  const kept = before?.images ?? [];
  if (image === undefined || (kept[0]?.url ?? '') === image) return kept;
  return storedImages(image === '' ? [] : [{ url: image, alt: undefined }], title, before);
}

/** As they are where they are made of the same names and values, so that their order stays. */
function productOptions(
  row: ImportRow,
  { current, variants }: { current: ProductRecord | undefined; variants: readonly MergedVariant[] },
): products.ProductOption[] {
  if (current && !row.variants) return current.options;
  const made = optionsOf(variants);
  const key = (options: readonly products.ProductOption[]): string[] =>
    options.flatMap(({ name, values }) => values.map((value) => JSON.stringify([name, value]))).sort();
  return current && isDeepStrictEqual(key(made), key(current.options)) ? current.options : made;
}

/** By code; of two names with the same code the first counts. */
function attributesOf(row: ImportRow, current: ProductRecord | undefined): MergedProduct['attributes'] {
  const values: MergedProduct['attributes'] = row.attributes ? {} : { ...current?.attributes };
  for (const [name, value] of row.attributes ?? []) values[codeOf(name)] ??= value;
  for (const [name, value] of row.moreAttributes) {
    if (value === null) delete values[codeOf(name)];
    else values[codeOf(name)] = value;
  }
  return values;
}

/** A row may name the first category, the others, or all. */
function categoriesOf({ mainCategory, moreCategories }: ImportRow, current: ProductRecord | undefined): string[][] {
  const [first = [], ...others] = current?.categoryPaths ?? [];
  const paths = [mainCategory ?? first, ...(moreCategories ?? others)].filter((path) => path.length > 0);
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}
