import { refuse } from './errors.ts';

export interface ParsedFilters {
  /** `range` is what the values say when the attribute is a number. */
  values: { code: string; values: string[]; range: { min: number | null; max: number | null } | null }[];
  /** Minor units, both ends included. */
  price: { min: number; max: number } | null;
  /** Stars. */
  leastRating: number | null;
  inStock: boolean | null;
}

const MAX_VALUES = 50;
const RANGE = /^(\d{0,15})\.\.(\d{0,15})$/;
const NUMBER_RANGE = /^(-?\d{1,15}(?:\.\d{1,9})?)?\.\.(-?\d{1,15}(?:\.\d{1,9})?)?$/;

/** Reads the filters of a request. Refuses with `filter_invalid`. */
export function parseFilters(filter: Readonly<Record<string, string>>): ParsedFilters {
  const { price, rating, stock, ...rest } = filter;
  return {
    values: Object.entries(rest).map(([code, text]) => ({
      code,
      values: parseValues(code, text),
      range: parseNumberRange(text),
    })),
    price: price === undefined ? null : parseRange(price),
    leastRating: rating === undefined ? null : parseRating(rating),
    inStock: stock === undefined ? null : parseStock(stock),
  };
}

function parseNumberRange(text: string): { min: number | null; max: number | null } | null {
  const parts = NUMBER_RANGE.exec(text);
  if (!parts) return null;
  const [, min, max] = parts;
  return { min: min === undefined ? null : Number(min), max: max === undefined ? null : Number(max) };
}

function parseRating(text: string): number {
  if (/^[1-5]$/.test(text)) return Number(text);
  throw refuse('filter_invalid', { detail: 'A rating filter is 1 to 5.', details: { filter: 'rating' } });
}

function parseStock(text: string): boolean {
  if (text === 'in' || text === 'out') return text === 'in';
  throw refuse('filter_invalid', { detail: 'A stock filter is in or out.', details: { filter: 'stock' } });
}

/** Splits at commas; `\,` is a comma and `\\` a backslash within a value. */
export function splitValues(text: string): string[] {
  const values: string[] = [];
  let value = '';
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    const next = text[i + 1];
    if (character === '\\' && (next === ',' || next === '\\')) {
      value += next;
      i += 1;
    } else if (character === ',') {
      values.push(value);
      value = '';
    } else value += character;
  }
  return [...values, value];
}

function parseValues(code: string, text: string): string[] {
  const values = [...new Set(splitValues(text))];
  if (values.length > MAX_VALUES || values.some((value) => value === '' || !isText(value))) {
    throw refuse('filter_invalid', { details: { filter: code } });
  }
  return values;
}

// PostgreSQL cannot hold these.
function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

function parseRange(text: string): { min: number; max: number } {
  const [, from = '', to = ''] = RANGE.exec(text) ?? [];
  const min = from === '' ? null : Number(from);
  const max = to === '' ? null : Number(to);
  if ((min === null && max === null) || (min !== null && max !== null && min > max)) {
    throw refuse('filter_invalid', { detail: 'A price filter is min..max.', details: { filter: 'price' } });
  }
  return { min: min ?? 0, max: max ?? Number.MAX_SAFE_INTEGER };
}
