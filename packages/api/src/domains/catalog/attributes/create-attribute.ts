import { catalogAttributes, categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { Attribute, CreateAttributeInput } from '../admin-schema.ts';
import { refuse } from '../errors.ts';
import { attributeCode, isReservedCode } from './attribute-type.ts';

/** Defines an attribute that products can have. Refuses with `attribute_taken`. */
export function createAttribute(ctx: Ctx, input: CreateAttributeInput): Promise<Attribute> {
  return inTransaction(ctx, async ({ tx, now }) => {
    await categories.lockCatalogStructure(tx);
    const code = input.code ?? attributeCode(input.name);
    const known = await catalogAttributes.listAttributes(tx, { codes: [code] });
    if (isReservedCode(code) || known.length > 0) throw refuse('attribute_taken', { details: { field: 'code', code } });
    const attribute = { ...input, code };
    await catalogAttributes.saveAttributes(tx, { rows: [attribute], at: now });
    return attribute;
  });
}
