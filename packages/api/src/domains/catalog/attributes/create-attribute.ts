import { catalogAttributes, categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { mergeTranslations } from '../locales/merge-translations.ts';
import { attributeCode, isReservedCode } from './attribute-type.ts';
import { assertDefinition, optionsOf } from './definition-rules.ts';
import { findAttribute } from './list-attributes.ts';
import type { Attribute, CreateAttributeInput } from './schema.ts';

/**
 * Defines an attribute, which every product can have until it is assigned to a category.
 * Refuses with `attribute_taken`, `attribute_definition_invalid`, `locale_unknown`.
 */
export function createAttribute(ctx: Ctx, input: CreateAttributeInput): Promise<Attribute> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    await categories.lockCatalogStructure(tx);
    const code = input.code ?? attributeCode(input.name);
    const known = await catalogAttributes.listAttributes(tx, { codes: [code] });
    if (isReservedCode(code) || known.length > 0) throw refuse('attribute_taken', { details: { field: 'code', code } });
    const options = await optionsOf(tx, input.options ?? []);
    const { name, type, filterable, searchable } = input;
    const attribute = {
      code,
      name,
      type,
      filterable,
      searchable,
      required: input.required ?? false,
      sortable: input.sortable ?? false,
      variantForming: input.variantForming ?? false,
      position: input.position ?? 0,
      unit: input.unit ?? null,
      referenceKind: input.referenceKind ?? null,
      translations: await mergeTranslations(tx, { translations: {}, changes: input.translations }),
    };
    assertDefinition({ ...attribute, options });
    await catalogAttributes.insertAttribute(tx, { attribute, at: now });
    if (options.length > 0) await catalogAttributes.saveAttributeOptions(tx, { code, options });
    await audit(txCtx, {
      action: 'attribute.created',
      target: `attribute:${code}`,
      detail: { name, type },
    });
    return findAttribute(tx, { attribute: code });
  });
}
