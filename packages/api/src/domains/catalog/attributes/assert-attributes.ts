import { catalogAttributes, type products, type Tx } from '@cartwright/db';
import { refuse } from '../errors.ts';
import { fits, isGiven } from './attribute-type.ts';

type Values = Readonly<Record<string, products.AttributeValue>>;

/**
 * Throws unless values may be written to a product of these categories: `attribute_unknown`, `attribute_not_effective`,
 * `attribute_value_invalid`, each naming the attribute in its details. What the product has already (`kept`) is not
 * judged again. With `complete`, also `attribute_required` when one that is required has no value.
 * Until the transaction ends nobody changes the definitions.
 */
export async function assertAttributes(
  tx: Tx,
  input: { values: Values; kept?: Values; categoryIds: readonly string[]; complete: boolean },
): Promise<void> {
  const { values, kept = {}, categoryIds, complete } = input;
  const codes = Object.keys(values);
  if (codes.length === 0 && !complete) return;
  if (codes.length > 0) await catalogAttributes.lockDefinitions(tx, { codes });
  const definitions = await catalogAttributes.listEffectiveAttributes(tx, { categoryIds, codes });
  const known = new Map(definitions.map((definition) => [definition.code, definition]));
  for (const [code, value] of Object.entries(values)) {
    const definition = known.get(code);
    if (!definition) throw refuse('attribute_unknown', { details: { attribute: code } });
    if (!definition.effective) throw refuse('attribute_not_effective', { details: { attribute: code } });
    if (!fits(definition.type, value, definition.optionCodes)) throw invalid(code, definition.type);
  }
  await assertReferences(tx, values, definitions);
  if (!complete) return;
  const missing = definitions.find(({ code, required }) => required && !isGiven(values[code] ?? kept[code]));
  if (missing) throw refuse('attribute_required', { details: { attribute: missing.code } });
}

const invalid = (attribute: string, type: string) =>
  refuse('attribute_value_invalid', { details: { attribute, type } });

async function assertReferences(
  tx: Tx,
  values: Values,
  definitions: readonly catalogAttributes.EffectiveAttribute[],
): Promise<void> {
  for (const kind of ['product', 'category'] as const) {
    const references = definitions.flatMap(({ code, referenceKind }) =>
      referenceKind === kind && typeof values[code] === 'string' ? [{ code, id: values[code] }] : [],
    );
    if (references.length === 0) continue;
    const ids = references.map(({ id }) => id);
    const there = await catalogAttributes.listExistingIds(tx, { kind, ids });
    const dangling = references.find(({ id }) => !there.includes(id));
    if (dangling) throw invalid(dangling.code, 'reference');
  }
}
