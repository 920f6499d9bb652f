import { catalogAttributes, type Reader } from '@cartwright/db';
import { refuse } from '../errors.ts';
import { mergeTranslations } from '../locales/merge-translations.ts';
import { slugify } from '../slug.ts';
import { type AttributeType, fits } from './attribute-type.ts';
import type { NewAttributeOption } from './schema.ts';

const CHOSEN: readonly AttributeType[] = ['enum', 'multi-enum', 'color'];
const NUMBERS: readonly AttributeType[] = ['integer', 'decimal'];
/** A variant has one value of what variants differ in. */
const MANY: readonly AttributeType[] = ['long-text', 'multi-enum', 'multi-text', 'reference'];

type Definition = Pick<catalogAttributes.Attribute, 'type' | 'unit' | 'referenceKind' | 'variantForming' | 'options'>;

/** Throws `attribute_definition_invalid` unless the parts of a definition go together. */
export function assertDefinition({ type, unit, referenceKind, variantForming, options }: Definition): void {
  const isChosen = CHOSEN.includes(type);
  const problems: [boolean, string][] = [
    [isChosen && options.length === 0, `An attribute of the type ${type} needs options.`],
    [!isChosen && options.length > 0, `An attribute of the type ${type} has no options.`],
    [new Set(options.map(({ code }) => code)).size < options.length, 'Two options have the same code.'],
    [type === 'color' && options.some(({ swatch }) => swatch === null), 'An option of a color needs a swatch.'],
    [type !== 'color' && options.some(({ swatch }) => swatch !== null), 'Only options of a color have a swatch.'],
    [unit !== null && !NUMBERS.includes(type), 'Only an integer or a decimal has a unit.'],
    [type === 'reference' && referenceKind === null, 'A reference says what it refers to.'],
    [type !== 'reference' && referenceKind !== null, 'Only a reference says what it refers to.'],
    [variantForming && MANY.includes(type), `Variants cannot differ in an attribute of the type ${type}.`],
  ];
  const found = problems.find(([holds]) => holds);
  if (found) throw refuse('attribute_definition_invalid', { detail: found[1] });
}

/** The options as they are kept: with codes, and with the translations that those of the same code have had. */
export async function optionsOf(
  reader: Reader,
  given: readonly NewAttributeOption[],
  before: readonly catalogAttributes.AttributeOption[] = [],
): Promise<catalogAttributes.AttributeOption[]> {
  const options: catalogAttributes.AttributeOption[] = [];
  for (const { code, label, swatch, translations } of given) {
    const key =
      code ??
      slugify(label)
        .slice(0, 60)
        .replace(/(?<!-)-+$/, '');
    if (key === '') throw refuse('attribute_definition_invalid', { detail: `The option ${label} needs a code.` });
    const known = before.find((option) => option.code === key);
    options.push({
      code: key,
      label,
      swatch: swatch ?? null,
      translations: await mergeTranslations(reader, {
        translations: known?.translations ?? {},
        changes: translations,
        renamed: known !== undefined && known.label !== label ? 'label' : undefined,
      }),
    });
  }
  return options;
}

/** More different values than this are not looked through. */
const MAX_VALUES = 20_000;

/** Throws `attribute_in_use` when products have values that do not fit the type with these options. */
export async function assertValuesFit(
  reader: Reader,
  { code, type, options }: Pick<catalogAttributes.Attribute, 'code' | 'type' | 'options'>,
): Promise<void> {
  const used = await catalogAttributes.listUsedValues(reader, { code, limit: MAX_VALUES + 1 });
  const codes = options.map((option) => option.code);
  const misfits = used.filter(({ value }) => !fits(type, value, codes));
  const products = misfits.reduce((sum, each) => sum + each.products, 0);
  if (products > 0 || used.length > MAX_VALUES) {
    throw refuse('attribute_in_use', { details: { attribute: code, type, products, value: misfits[0]?.value } });
  }
}
