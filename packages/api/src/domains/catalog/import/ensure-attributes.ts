import { catalogAttributes } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { attributeCode, isInferred, typeOfValue, widen } from '../attributes/attribute-type.ts';
import type { ImportRow } from './parse-row.ts';

// Longer texts are prose, which nobody filters by.
const FILTERABLE_LENGTH = 60;

type Definition = catalogAttributes.AttributeDefinition;

/**
 * Adds the definitions of attributes that rows use, and widens those that a value does not fit. An attribute can be
 * filtered by when it is truth, a list, or text that is short where it is first met.
 * The caller holds the lock of the catalog's structure.
 */
export async function ensureAttributes(ctx: TxCtx, rows: readonly ImportRow[]): Promise<void> {
  const used = usedAttributes(rows);
  if (used.size === 0) return;
  const known = await catalogAttributes.listAttributes(ctx.tx, { codes: [...used.keys()] });
  const knownByCode = new Map(known.map((definition) => [definition.code, definition]));
  const changed = [...used.values()].flatMap((definition) => {
    const before = knownByCode.get(definition.code);
    if (!before) return [definition];
    // What was made by hand stays as it is: rows that do not fit it are not among these.
    if (!isInferred(before.type)) return [];
    const type = widen(before.type, definition.type);
    return type === before.type ? [] : [{ ...before, type }];
  });
  if (changed.length > 0) await catalogAttributes.saveAttributes(ctx.tx, { rows: changed, at: ctx.now });
}

function usedAttributes(rows: readonly ImportRow[]): Map<string, Definition> {
  const used = new Map<string, Definition>();
  for (const { attributes = [], moreAttributes } of rows) {
    for (const [name, value] of [...attributes, ...moreAttributes]) {
      if (value === null) continue;
      const code = codeOf(name);
      const type = typeOfValue(value);
      const before = used.get(code);
      const isNumber = type === 'integer' || type === 'decimal';
      const isLong = typeof value === 'string' && value.length > FILTERABLE_LENGTH;
      used.set(code, {
        code,
        name: before?.name ?? name,
        type: before ? widen(before.type, type) : type,
        filterable: (before?.filterable ?? true) && !isNumber && !isLong,
        searchable: before?.searchable ?? !isNumber,
      });
    }
  }
  return used;
}

const codes = new Map<string, string>();
const MAX_REMEMBERED = 20_000;

/** {@link attributeCode}, remembered: an import asks for the same few thousand names hundreds of thousands of times. */
export function codeOf(name: string): string {
  const known = codes.get(name);
  if (known !== undefined) return known;
  const code = attributeCode(name);
  if (codes.size < MAX_REMEMBERED) codes.set(name, code);
  return code;
}
