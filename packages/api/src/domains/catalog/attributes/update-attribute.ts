import { catalogAttributes, categories } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertVersion } from '../../../kit/version.ts';
import { changesBetween } from '../changes-between.ts';
import { mergeTranslations } from '../locales/merge-translations.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import { assertDefinition, assertValuesFit, optionsOf } from './definition-rules.ts';
import { findAttribute } from './list-attributes.ts';
import type { Attribute, UpdateAttributeInput } from './schema.ts';

const FIELDS = [
  'name',
  'type',
  'unit',
  'referenceKind',
  'required',
  'filterable',
  'sortable',
  'searchable',
  'variantForming',
  'position',
] as const satisfies (keyof UpdateAttributeInput & keyof Attribute)[];

/** What the projections of products are made of. */
const PROJECTED = ['name', 'type', 'filterable', 'searchable'];

/**
 * Changes what is given of a definition and counts its version up. Products are found and filtered by it as it is now
 * within a moment.
 * Refuses with `attribute_not_found`, `version_conflict`, `attribute_definition_invalid`, `attribute_in_use` (a value of
 * a product would not fit), `locale_unknown`.
 */
export async function updateAttribute(ctx: Ctx, input: UpdateAttributeInput): Promise<Attribute> {
  const { attribute, projected } = await inTransaction(ctx, (tx) => changeAttribute(tx, input));
  if (projected) await refreshFirst(ctx, { attribute: attribute.code });
  return attribute;
}

async function changeAttribute(
  ctx: TxCtx,
  input: UpdateAttributeInput,
): Promise<{ attribute: Attribute; projected: boolean }> {
  const { tx } = ctx;
  await categories.lockCatalogStructure(tx);
  await catalogAttributes.lockDefinition(tx, { code: input.attribute });
  const before = await findAttribute(tx, input);
  assertVersion(input.version, before);
  const given = Object.fromEntries(
    FIELDS.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]])),
  );
  const translations = await mergeTranslations(tx, {
    translations: before.translations,
    changes: input.translations,
    renamed: input.name !== undefined && input.name !== before.name ? 'name' : undefined,
  });
  const options = input.options ? await optionsOf(tx, input.options, before.options) : before.options;
  const after: Attribute = { ...before, ...given, translations, options };
  assertDefinition(after);
  if (input.type !== undefined || input.options !== undefined) await assertValuesFit(tx, after);
  const { options: _, version: __, ...row } = after;
  await catalogAttributes.saveAttribute(tx, row);
  if (input.options) await catalogAttributes.saveAttributeOptions(tx, { code: row.code, options });
  const detail = changesBetween(before, after);
  await audit(ctx, { action: 'attribute.updated', target: `attribute:${row.code}`, detail });
  const projected = PROJECTED.some((field) => field in detail);
  if (projected) await refreshSoon(ctx, { attribute: row.code });
  return { attribute: await findAttribute(tx, input), projected };
}
