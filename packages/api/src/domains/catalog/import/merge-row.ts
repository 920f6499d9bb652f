import { isDeepStrictEqual } from 'node:util';
import type { productRecords, products } from '@cartwright/db';
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

/** A product as it shall be: what its row says, and what it has where the row says nothing. */
export interface MergedProduct
  extends Pick<ProductRecord, 'description' | 'brand' | 'status' | 'showUnpriced' | 'taxClass'> {
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
}

/** Lays a row over the product that it stands for. */
export function mergeRow({ row, current, chosen, publishUnpriced }: Merge): MergedProduct {
  const { title } = row;
  const variants = row.variants
    ? row.variants.map((variant, index) => mergeVariant(variant, { title, chosen: chosen[index] }))
    : (current?.variants ?? []).map(keepVariant);
  const kept = new Set(variants.map(({ known }) => known?.id));
  const priced = variants.some(({ status, prices }) => status === 'active' && Object.keys(prices).length > 0);
  const derived = row.variants || !current ? optionsOf(variants) : current.options;
  return {
    title,
    description: row.description ?? current?.description ?? '',
    brand: row.brand === undefined ? (current?.brand ?? null) : row.brand,
    status: row.status ?? statusOf(current, priced || publishUnpriced),
    showUnpriced:
      row.showUnpriced ?? (row.status === undefined ? publishUnpriced && !priced : (current?.showUnpriced ?? false)),
    taxClass: row.taxClass ?? current?.taxClass ?? 'standard',
    attributes: row.attributes ? attributesByCode(row.attributes) : (current?.attributes ?? {}),
    options: row.options ?? derived,
    images: row.images ? storedImages(row.images, title) : (current?.images ?? []),
    categoryPaths: row.categoryPaths ? distinctPaths(row.categoryPaths) : (current?.categoryPaths ?? []),
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
  if (cleanText(description) !== cleanText(current.description)) return false;
  return Object.entries(others).every(([name, value]) => isAlike(value, current[name as keyof typeof others]));
}

/** The same but for blanks that no import would keep. */
function isAlike(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(a, b) || isDeepStrictEqual(cleaned(a), cleaned(b));
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanLine(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [cleanLine(key), cleaned(each)]));
}

/** What staff have archived stays so. */
function statusOf(current: ProductRecord | undefined, visible: boolean): products.ProductStatus {
  if (current?.status === 'archived') return 'archived';
  return visible ? 'active' : 'draft';
}

function mergeVariant(
  variant: ImportVariant,
  { title, chosen }: { title: string; chosen: ChosenVariant<VariantRecord> | undefined },
): MergedVariant {
  const known = chosen?.known;
  const withdrawn = Object.keys(variant.prices).filter((currency) => variant.prices[currency] === null);
  const prices: Record<string, number> = { ...known?.prices };
  for (const [currency, price] of Object.entries(variant.prices)) {
    if (price === null) delete prices[currency];
    else prices[currency] = price;
  }
  return {
    known,
    // The id of a variant that came from no import is its own.
    externalId: known?.externalId ?? (known && variant.externalId === known.id ? null : (variant.externalId ?? null)),
    sku: chosen?.sku ?? variant.sku,
    barcode: variant.barcode === undefined ? (known?.barcode ?? null) : variant.barcode,
    options: variant.options,
    images: variant.images ? storedImages(variant.images, title) : (known?.images ?? []),
    status: variant.status ?? 'active',
    prices,
    stock: variant.stock,
    withdrawn,
  };
}

function keepVariant(known: VariantRecord): MergedVariant {
  const { id: _, onHand: __, ...fields } = known;
  return { ...fields, known, stock: null, withdrawn: [] };
}

/** By code; of two names with the same code the first counts. */
function attributesByCode(attributes: NonNullable<ImportRow['attributes']>): MergedProduct['attributes'] {
  const values: MergedProduct['attributes'] = {};
  for (const [name, value] of attributes) values[codeOf(name)] ??= value;
  return values;
}

function distinctPaths(paths: readonly string[][]): string[][] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}
