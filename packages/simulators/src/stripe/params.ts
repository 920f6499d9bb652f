import { ApiError, invalidRequest } from './errors.ts';
import type { FormNode, FormValue } from './form.ts';

/** Turns one form value into a typed value or refuses it in Stripe's words. */
export type Reader<T> = (value: FormValue | undefined, path: string) => T;

/** The value a reader yields. */
export type ReadBy<R> = R extends Reader<infer T> ? T : never;

/** The largest amount Stripe accepts, in minor units. */
const MAX_AMOUNT = 99_999_999;

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function textOf(value: FormValue, path: string): string {
  if (typeof value === 'string') return value;
  throw invalidRequest(`Invalid string for ${path}`, { param: path });
}

function emptyString(path: string): ApiError {
  return invalidRequest(
    `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
    { code: 'parameter_invalid_empty', param: path },
  );
}

/** A parameter that may be absent. */
export function optional<T>(reader: (value: FormValue, path: string) => T): Reader<T | undefined> {
  return (value, path) => (value === undefined ? undefined : reader(value, path));
}

/** A parameter that must be present. */
export function required<T>(reader: (value: FormValue, path: string) => T): Reader<T> {
  return (value, path) => {
    if (value === undefined) {
      throw invalidRequest(`Missing required param: ${path}.`, { code: 'parameter_missing', param: path });
    }
    return reader(value, path);
  };
}

/** Non-empty text of at most `max` characters. */
export function text(max = 5_000): (value: FormValue, path: string) => string {
  return (value, path) => {
    const found = textOf(value, path);
    if (found === '') throw emptyString(path);
    if (found.length > max) {
      throw invalidRequest(`Invalid string: must be at most ${max} characters`, {
        code: 'parameter_invalid_string',
        param: path,
      });
    }
    return found;
  };
}

/** Text that `''` sets to null. */
export function unsettable(max = 5_000): (value: FormValue, path: string) => string | null {
  const read = text(max);
  return (value, path) => (value === '' ? null : read(value, path));
}

/** A whole number inside a range. */
export function integer(range: { min?: number; max?: number } = {}): (value: FormValue, path: string) => number {
  return (value, path) => {
    const found = textOf(value, path);
    if (found === '') throw emptyString(path);
    const number = /^-?\d{1,15}$/.test(found) ? Number(found) : undefined;
    if (number === undefined && /^\d{16,}$/.test(found) && range.max === MAX_AMOUNT) throw tooLarge(path);
    if (number === undefined) {
      throw invalidRequest(`Invalid integer: ${shown(found)}`, { code: 'parameter_invalid_integer', param: path });
    }
    if (range.min !== undefined && number < range.min) {
      throw invalidRequest(`This value must be greater than or equal to ${range.min}.`, {
        code: 'parameter_invalid_integer',
        param: path,
      });
    }
    if (range.max !== undefined && number > range.max) {
      if (range.max === MAX_AMOUNT) throw tooLarge(path);
      throw invalidRequest(`This value must be less than or equal to ${range.max}.`, {
        code: 'parameter_invalid_integer',
        param: path,
      });
    }
    return number;
  };
}

function tooLarge(path: string): ApiError {
  return invalidRequest(`Amount must be no more than ${MAX_AMOUNT}`, { code: 'amount_too_large', param: path });
}

/** An amount in minor units, 1 to 99999999. */
export const amount = integer({ min: 1, max: MAX_AMOUNT });

/** `true` or `false`. */
export function flag(value: FormValue, path: string): boolean {
  const found = textOf(value, path);
  if (found === 'true') return true;
  if (found === 'false') return false;
  throw invalidRequest(`Invalid boolean: ${shown(found)}`, { param: path });
}

/** One of a fixed set of words. */
export function choice<const C extends readonly string[]>(
  ...choices: C
): (value: FormValue, path: string) => C[number] {
  return (value, path) => {
    const found = textOf(value, path);
    const match = choices.find((candidate) => candidate === found);
    if (match !== undefined) return match;
    throw invalidRequest(`Invalid ${path}: must be one of ${choices.join(', ')}`, { param: path });
  };
}

/** A list, however its members were indexed. */
export function list<T>(
  reader: (value: FormValue, path: string) => T,
  max = 100,
): (value: FormValue, path: string) => T[] {
  return (value, path) => {
    if (typeof value === 'string') throw invalidRequest('Invalid array', { param: path });
    const keys = Object.keys(value);
    if (keys.length > max || keys.some((key) => !/^\d{1,4}$/.test(key))) {
      throw invalidRequest('Invalid array', { param: path });
    }
    return keys.map((key) => reader(value[key] ?? '', `${path}[${key}]`));
  };
}

/** Metadata changes: `''` as a value removes a key, `''` as the whole clears all. */
export type MetadataPatch = ReadonlyMap<string, string> | 'clear';

/** Up to 50 keys of 40 characters with values of 500. */
export function metadata(value: FormValue, path: string): MetadataPatch {
  if (typeof value === 'string') {
    if (value === '') return 'clear';
    throw invalidRequest('Invalid hash', { param: path });
  }
  const entries = Object.entries(value).map(([key, member]): [string, string] => {
    const memberPath = `${path}[${key.slice(0, 60)}]`;
    if (key.length > 40 || key === '__proto__') {
      throw invalidRequest('Metadata keys must be at most 40 characters', { param: memberPath });
    }
    const found = textOf(member, memberPath);
    if (found.length > 500) {
      throw invalidRequest('Metadata values must be at most 500 characters', { param: memberPath });
    }
    return [key, found];
  });
  if (entries.length > 50) throw invalidRequest('You can only specify up to 50 metadata keys', { param: path });
  return new Map(entries);
}

/** A fixed set of members; any other member is `parameter_unknown`. */
export function object<S extends Record<string, Reader<unknown>>>(
  shape: S,
): (value: FormValue, path: string) => { [K in keyof S]: ReadBy<S[K]> } {
  const known = new Map(Object.entries(shape));
  return (value, path) => {
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param: path });
    const unknown = Object.keys(value).find((key) => !known.has(key));
    if (unknown !== undefined) throw unknownParameter(path === '' ? unknown : `${path}[${unknown}]`);
    const result: Record<string, unknown> = {};
    for (const [key, read] of known) result[key] = read(value[key], path === '' ? key : `${path}[${key}]`);
    return result as { [K in keyof S]: ReadBy<S[K]> };
  };
}

function unknownParameter(name: string): ApiError {
  const safe = shown(name);
  return new ApiError(400, {
    type: 'invalid_request_error',
    code: 'parameter_unknown',
    message: `Received unknown parameter: ${safe}`,
    param: safe,
  });
}

/** Reads a whole request. */
export function readAll<T>(reader: (value: FormValue, path: string) => T, form: FormNode): T {
  return reader(form, '');
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** A three-letter currency code, in lower case. */
export function currency(value: FormValue, path: string): string {
  const found = text(100)(value, path).toLowerCase();
  if (CURRENCIES.has(found)) return found;
  throw invalidRequest(`Invalid currency: ${shown(found)}`, { param: path });
}

/** An absolute URL a browser can be sent to without running a script. */
export function url(value: FormValue, path: string): string {
  const found = text(2_048)(value, path);
  const scheme = URL.canParse(found) ? new URL(found).protocol : 'javascript:';
  if (['javascript:', 'data:', 'vbscript:', 'file:'].includes(scheme)) {
    throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: path });
  }
  return found;
}

/** A bound on a timestamp: exact, or any of gt, gte, lt, lte. */
export interface TimeRange {
  readonly gt: number;
  readonly lt: number;
}

/** `created=1` or `created[gte]=1`. */
export function timeRange(value: FormValue, path: string): TimeRange {
  const seconds = integer();
  if (typeof value === 'string') {
    const exact = seconds(value, path);
    return { gt: exact - 1, lt: exact + 1 };
  }
  const bounds = object({
    gt: optional(seconds),
    gte: optional(seconds),
    lt: optional(seconds),
    lte: optional(seconds),
  })(value, path);
  const lowest = Number.NEGATIVE_INFINITY;
  const highest = Number.POSITIVE_INFINITY;
  return {
    gt: Math.max(bounds.gt ?? lowest, bounds.gte === undefined ? lowest : bounds.gte - 1),
    lt: Math.min(bounds.lt ?? highest, bounds.lte === undefined ? highest : bounds.lte + 1),
  };
}
