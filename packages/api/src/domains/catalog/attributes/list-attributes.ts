import { catalogAttributes, type Reader } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import { refuse } from '../errors.ts';
import type { Attribute, AttributeInput, AttributeList, AttributeListInput } from './schema.ts';

/** A definition in full. Refuses with `attribute_not_found`. */
export async function findAttribute(reader: Reader, input: AttributeInput): Promise<Attribute> {
  const attribute = await catalogAttributes.findAttribute(reader, { code: input.attribute });
  if (!attribute) throw refuse('attribute_not_found', { details: { attribute: input.attribute } });
  return attribute;
}

const SCOPE = 'attributes';

/** One page of definitions, by code. One statement. Refuses with `cursor_invalid`. */
export async function listAttributes(ctx: Ctx, input: AttributeListInput): Promise<AttributeList> {
  const { q, limit, cursor } = input;
  const after = cursor === undefined ? null : decodeCursor(cursor, SCOPE, ['string'] as const)[0];
  const rows = await catalogAttributes.listWholeAttributes(ctx.db, { text: q ?? null, after, limit });
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? encodeCursor(SCOPE, [last.code]) : null };
}
