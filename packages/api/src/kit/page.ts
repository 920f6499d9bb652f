import { z } from 'zod';
import { errorsOf } from './domain-error.ts';
import { isUuid } from './ids.ts';

export const pageErrors = {
  cursor_invalid: { kind: 'invalid_input', title: 'The cursor is not one that this list gave out.' },
} as const;
const refuse = errorsOf(pageErrors);

/** Keyset page input: the cursor is opaque and belongs to one list in one order. */
export const PageInput = {
  limit: z.int().min(1).max(100).default(24),
  cursor: z.string().min(1).max(1000).optional(),
};

/** Packs the last row's keys; `scope` names the list and order that it belongs to. */
export function encodeCursor(scope: string, keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([scope, ...keys])).toString('base64url');
}

type KeyType = 'string' | 'number' | 'uuid' | 'instant';

const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?Z$/;

function isKey(value: unknown, type: KeyType): boolean {
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (typeof value !== 'string') return false;
  if (type === 'uuid') return isUuid(value);
  return type === 'instant' ? INSTANT.test(value) : !value.includes('\0');
}

/**
 * Unpacks a cursor into keys of the given types, or refuses it with `cursor_invalid`. A `uuid` and an `instant`
 * (ISO 8601, UTC) come back as text that the database accepts.
 */
export function decodeCursor<T extends readonly KeyType[]>(
  cursor: string,
  scope: string,
  types: T,
): { [K in keyof T]: T[K] extends 'number' ? number : string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refuse('cursor_invalid');
  }
  if (!Array.isArray(parsed) || parsed[0] !== scope || parsed.length !== types.length + 1)
    throw refuse('cursor_invalid');
  const keys = parsed.slice(1);
  if (!types.every((type, i) => isKey(keys[i], type))) throw refuse('cursor_invalid');
  return keys as { [K in keyof T]: T[K] extends 'number' ? number : string };
}
