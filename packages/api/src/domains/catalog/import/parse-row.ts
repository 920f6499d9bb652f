import type { products } from '@cartwright/db';
import { z } from 'zod';

export interface ImportVariant {
  externalId: string | null;
  sku: string;
  barcode: string | null;
  options: Record<string, string>;
  /** Null where the row gives no price. */
  priceMinor: number | null;
  stock: number | null;
  images: string[];
}

/** A row of the file, cleaned and in one shape: a row without variants has one. */
export interface ImportRow {
  externalId: string;
  title: string;
  description: string;
  brand: string | null;
  /** Of every price of the row. */
  currency: string | null;
  /** Each from the root. */
  categoryPaths: string[][];
  attributes: [name: string, value: products.AttributeValue][];
  images: string[];
  variants: ImportVariant[];
}

export type ParsedRow =
  | { ok: true; row: ImportRow; warnings: string[] }
  | { ok: false; code: 'row_invalid' | 'currency_unknown'; message: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const BREAKS = /[\s\u0000-\u001f\u007f]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const MAX_AMOUNT = Number.MAX_SAFE_INTEGER;

const line = (max: number) => z.string().overwrite(cleanLine).max(max);
const required = (max: number) => line(max).min(1);
const identity = z.union([z.string(), z.number()]).transform(String).pipe(required(200));
const price = z.int().min(0).max(MAX_AMOUNT).nullish();
const images = z.array(line(2000)).max(100).nullish();

const VariantFields = z.object({
  id: identity.nullish(),
  sku: line(250).nullish(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  price_minor: price,
  stock: z.int().min(0).max(1_000_000_000).nullish(),
  images,
});

const RowFields = z.object({
  id: identity,
  title: required(500),
  description: z.string().max(100_000).nullish(),
  brand: line(200).nullish(),
  category_path: z.array(line(200)).max(20).nullish(),
  category_paths_extra: z
    .array(z.array(line(200)).max(20))
    .max(50)
    .nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  price_minor: price,
  currency: z.string().nullish(),
  images,
  sku: line(250).nullish(),
  gtin: z.union([z.string(), z.array(z.string())]).nullish(),
  variants: z.array(VariantFields).max(500).nullish(),
});
type RowFields = z.infer<typeof RowFields>;

/** Reads one row of an import file. Fields it does not know are left out; `currencies` are those of the store. */
export function parseRow(raw: unknown, currencies: ReadonlySet<string>): ParsedRow {
  const parsed = RowFields.safeParse(raw);
  if (!parsed.success) return { ok: false, code: 'row_invalid', message: messageOf(parsed.error) };
  const fields = parsed.data;
  const warnings: string[] = [];
  const row: ImportRow = {
    externalId: fields.id,
    title: fields.title,
    description: cleanText(fields.description ?? ''),
    brand: fields.brand || null,
    currency: fields.currency ?? null,
    categoryPaths: [fields.category_path ?? [], ...(fields.category_paths_extra ?? [])]
      .map((path) => path.filter((name) => name !== ''))
      .filter((path) => path.length > 0),
    attributes: attributesOf(fields, warnings),
    images: (fields.images ?? []).filter((url) => url !== ''),
    variants: variantsOf(fields, warnings),
  };
  if (row.variants.some(({ priceMinor }) => priceMinor !== null) && !currencies.has(row.currency ?? '')) {
    const message = `The store does not sell in the currency ${JSON.stringify(row.currency)}`;
    return { ok: false, code: 'currency_unknown', message };
  }
  return { ok: true, row, warnings };
}

function messageOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join('.') || 'row'}: ${issue.message}` : 'The row has another shape';
}

function attributesOf(fields: RowFields, warnings: string[]): ImportRow['attributes'] {
  return Object.entries(fields.attributes ?? {}).flatMap(([rawName, raw]) => {
    const name = cleanLine(rawName);
    const value = attributeValueOf(raw);
    if (value === null) return [];
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

function variantsOf(fields: RowFields, warnings: string[]): ImportVariant[] {
  const given = fields.variants ?? [];
  if (given.length === 0) {
    const gtin = typeof fields.gtin === 'string' ? fields.gtin : fields.gtin?.[0];
    const barcode = cleanLine(gtin ?? '').slice(0, 50) || null;
    const priceMinor = priceOf(fields.price_minor, warnings);
    const sku = fields.sku || fields.id;
    return [{ externalId: null, sku, barcode, options: {}, priceMinor, stock: null, images: [] }];
  }
  return given.map((variant, index) => ({
    externalId: variant.id ?? null,
    sku: variant.sku || variant.id || `${fields.sku || fields.id}-${index + 1}`,
    barcode: null,
    options: optionsOf(variant.attributes ?? {}),
    priceMinor: priceOf(variant.price_minor ?? fields.price_minor, warnings),
    stock: variant.stock ?? null,
    images: (variant.images ?? []).filter((url) => url !== ''),
  }));
}

/** Nothing is given away: a price of 0 in a file is a price that is missing. */
function priceOf(price: number | null | undefined, warnings: string[]): number | null {
  if (price !== 0) return price ?? null;
  const warning = 'The price of 0 is taken as no price';
  if (!warnings.includes(warning)) warnings.push(warning);
  return null;
}

function optionsOf(attributes: Record<string, string | number | boolean>): Record<string, string> {
  const entries = Object.entries(attributes).map(([name, value]) => [
    cleanLine(name).slice(0, 200),
    cleanLine(String(value)).slice(0, 200),
  ]);
  return Object.fromEntries(entries.filter(([name, value]) => name !== '' && value !== ''));
}

/** One line without control characters or half characters, which the database could not hold. */
function cleanLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, ' ').trim();
}

function cleanText(text: string): string {
  return text.toWellFormed().replace(CONTROLS, ' ').trim();
}
