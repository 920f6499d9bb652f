import { z } from 'zod';

// PostgreSQL cannot hold NUL, and a lone surrogate is not text at all.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const LINE = /^[^\u0000-\u001f\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, with line breaks and tabs allowed
const LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;

const isWellFormed = (value: string) => value.isWellFormed();

/** One line of text, 1 to `max` characters, without control characters. */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(LINE, 'Control characters are not allowed')
    .refine(isWellFormed, 'Not valid Unicode');

/** Several lines of text, up to `max` characters. */
export const multilineText = (max: number) =>
  z.string().max(max).regex(LINES, 'Control characters are not allowed').refine(isWellFormed, 'Not valid Unicode');

/** An id, in lower case whatever it came in. */
export const uuid = z.uuid().toLowerCase();

/** A currency code of ISO 4217, e.g. `EUR`. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'An ISO 4217 code such as EUR');

/** A country code of ISO 3166-1 alpha-2, e.g. `DE`. */
export const countryCode = z.string().regex(/^[A-Z]{2}$/, 'An ISO 3166-1 alpha-2 code such as DE');
