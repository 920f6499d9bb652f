import { z } from 'zod';
import { errorsOf } from './domain-error.ts';

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

/** Unpacks a cursor into keys of the given types, or refuses it. */
export function decodeCursor<T extends readonly ('string' | 'number')[]>(
  cursor: string,
  scope: string,
  types: T,
): { [K in keyof T]: T[K] extends 'string' ? string : number } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refuse('cursor_invalid');
  }
  if (!Array.isArray(parsed) || parsed[0] !== scope || parsed.length !== types.length + 1)
    throw refuse('cursor_invalid');
  const keys = parsed.slice(1);
  if (!types.every((type, i) => typeof keys[i] === type && (type !== 'number' || Number.isFinite(keys[i])))) {
    throw refuse('cursor_invalid');
  }
  return keys as { [K in keyof T]: T[K] extends 'string' ? string : number };
}
