import type { products } from '@cartwright/db';
import type { z } from 'zod';
import { slugify } from '../slug.ts';
import { detailsOf, type ImportDetails } from './parse-details.ts';
import { type ImportImage, type ImportVariant, imagesOf, variantsOf } from './parse-variants.ts';
import { cleanLine, cleanText, RowFields } from './row-fields.ts';

/**
 * A row of a file, cleaned and in one shape. What is undefined the row does not say: a product that is there keeps it.
 */
export interface ImportRow {
  externalId: string;
  /** The address that the row asks for. */
  slug: string | undefined;
  /** Whether the row knows its product by the address, having no id of its own. */
  knownBySlug: boolean;
  title: string | undefined;
  description: string | undefined;
  brand: string | null | undefined;
  status: products.ProductStatus | undefined;
  showUnpriced: boolean | undefined;
  taxClass: string | undefined;
  /** From the root; empty for none. */
  mainCategory: string[] | undefined;
  moreCategories: string[][] | undefined;
  /** All that the product shall have. */
  attributes: [name: string, value: products.AttributeValue][] | undefined;
  /** What is laid over those it has; null takes one away. */
  moreAttributes: [name: string, value: products.AttributeValue | null][];
  options: products.ProductOption[] | undefined;
  images: ImportImage[] | undefined;
  variants: ImportVariant[] | undefined;
  details: ImportDetails;
}

export type RowErrorCode = 'row_invalid' | 'currency_unknown' | 'tax_class_unknown' | 'locale_unknown';

export type ParsedRow =
  | { ok: true; row: ImportRow; warnings: string[] }
  | { ok: false; code: RowErrorCode; column: string | null; message: string };

/** What of the store a row may name. */
export interface StoreNames {
  currencies: ReadonlySet<string>;
  taxClasses: ReadonlySet<string>;
  locales: ReadonlySet<string>;
}

/** Reads one row of an import. */
export function parseRow(raw: unknown, names: StoreNames): ParsedRow {
  const parsed = RowFields.safeParse(raw);
  if (!parsed.success) return invalid(parsed.error);
  const fields = parsed.data;
  const externalId = fields.id ?? fields.slug;
  if (!externalId) return { ok: false, code: 'row_invalid', column: 'id', message: 'id: Invalid input: it is missing' };
  const warnings: string[] = [];
  const slug = isSlug(fields.slug ?? '') ? (fields.slug ?? '') : slugify(fields.slug ?? '');
  const row: ImportRow = {
    externalId,
    slug: slug === '' ? undefined : slug,
    knownBySlug: fields.id == null && slug !== '',
    title: fields.title ?? undefined,
    description: fields.description === undefined ? undefined : cleanText(fields.description ?? ''),
    brand: fields.brand === undefined ? undefined : fields.brand || null,
    status: fields.status ?? undefined,
    showUnpriced: fields.show_unpriced ?? undefined,
    taxClass: fields.tax_class || undefined,
    mainCategory: fields.category_path === undefined ? undefined : named(fields.category_path),
    moreCategories: fields.category_paths_extra === undefined ? undefined : pathsOf(fields.category_paths_extra),
    attributes: fields.attributes === undefined ? undefined : attributesOf(fields.attributes, warnings).filter(isGiven),
    moreAttributes: attributesOf(fields.more_attributes, warnings),
    options: fields.options ?? undefined,
    images: imagesOf(fields.images),
    variants: variantsOf(fields, warnings),
    details: detailsOf(fields),
  };
  return problemOf(row, names) ?? { ok: true, row, warnings };
}

/** An address of ours may be longer than one that is made of a text. */
function isSlug(text: string): boolean {
  return text.length <= 200 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

function problemOf(row: ImportRow, { currencies, taxClasses, locales }: StoreNames): ParsedRow | undefined {
  const unknown = row.variants
    ?.flatMap(({ prices }) => Object.entries(prices))
    .find(([currency, price]) => price !== null && !currencies.has(currency));
  if (unknown) {
    const message = `The store does not sell in the currency ${JSON.stringify(unknown[0])}`;
    return { ok: false, code: 'currency_unknown', column: 'currency', message };
  }
  if (row.taxClass !== undefined && !taxClasses.has(row.taxClass)) {
    const message = `The store has no tax class ${JSON.stringify(row.taxClass)}`;
    return { ok: false, code: 'tax_class_unknown', column: 'tax_class', message };
  }
  const locale = Object.keys(row.details.translations).find((code) => !locales.has(code));
  if (locale !== undefined) {
    const message = `The store has no locale ${JSON.stringify(locale)}`;
    return { ok: false, code: 'locale_unknown', column: 'translations', message };
  }
  const { publishAt, unpublishAt } = row.details;
  if (publishAt && unpublishAt && publishAt >= unpublishAt) {
    const message = 'unpublish_at: It must be after publish_at';
    return { ok: false, code: 'row_invalid', column: 'unpublish_at', message };
  }
  return undefined;
}

function invalid(error: z.ZodError): ParsedRow {
  const [issue] = error.issues;
  const column = issue?.path.join('.') || null;
  const message = issue ? `${column ?? 'row'}: ${issue.message}` : 'The row has another shape';
  return { ok: false, code: 'row_invalid', column, message };
}

const named = (path: readonly string[] | null): string[] => (path ?? []).filter((name) => name !== '');

function pathsOf(paths: RowFields['category_paths_extra']): string[][] {
  return (paths ?? []).map(named).filter((path) => path.length > 0);
}

function isGiven<Value>(entry: [string, Value | null]): entry is [string, Value] {
  return entry[1] !== null;
}

function attributesOf(attributes: RowFields['attributes'], warnings: string[]): ImportRow['moreAttributes'] {
  return Object.entries(attributes ?? {}).flatMap(([rawName, raw]): ImportRow['moreAttributes'] => {
    const name = cleanLine(rawName);
    const value = attributeValueOf(raw);
    if (value === null) return name === '' ? [] : [[name.slice(0, 200), null]];
    if (value !== undefined && name.length > 0 && name.length <= 200) return [[name, value]];
    warnings.push(
      `The attribute ${JSON.stringify(name.slice(0, 50))} is left out: it is not text, a number, true or false`,
    );
    return [];
  });
}

/** Null for nothing, undefined for what an attribute cannot hold. */
function attributeValueOf(raw: unknown): products.AttributeValue | null | undefined {
  if (raw === null || raw === undefined || typeof raw === 'boolean') return raw ?? null;
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw === 'string') return raw.length > 10_000 ? undefined : cleanLine(raw) || null;
  if (!Array.isArray(raw) || raw.length > 100) return undefined;
  const values = raw
    .filter((each) => typeof each === 'string' || typeof each === 'number')
    .map(String)
    .map(cleanLine);
  if (values.length < raw.length || values.some((value) => value.length > 1000)) return undefined;
  const distinct = [...new Set(values)].filter((value) => value !== '');
  return distinct.length > 0 ? distinct : null;
}
