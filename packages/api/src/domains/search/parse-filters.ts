import { refuse } from './errors.ts';

export interface ParsedFilters {
  values: { code: string; values: string[] }[];
  /** Minor units, both ends included. */
  price: { min: number | null; max: number | null } | null;
}

const MAX_VALUES = 50;
const RANGE = /^(\d{0,15})\.\.(\d{0,15})$/;

/** Reads the filters of a request. Refuses with `filter_invalid`. */
export function parseFilters(filter: Readonly<Record<string, string>>): ParsedFilters {
  const { price, ...rest } = filter;
  return {
    values: Object.entries(rest).map(([code, text]) => ({ code, values: parseValues(code, text) })),
    price: price === undefined ? null : parseRange(price),
  };
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

function parseRange(text: string): { min: number | null; max: number | null } {
  const [, from = '', to = ''] = RANGE.exec(text) ?? [];
  const min = from === '' ? null : Number(from);
  const max = to === '' ? null : Number(to);
  if ((min === null && max === null) || (min !== null && max !== null && min > max)) {
    throw refuse('filter_invalid', { detail: 'A price filter is min..max.', details: { filter: 'price' } });
  }
  return { min, max };
}
