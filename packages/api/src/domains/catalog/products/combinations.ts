import { slugify } from '../slug.ts';

type Option = { readonly name: string; readonly values: readonly string[] };

/** How many variants options make; none without options. */
export function countCombinations(options: readonly Option[]): number {
  const count = options.reduce((product, { values }) => product * values.length, 1);
  return options.length === 0 ? 0 : Math.min(count, Number.MAX_SAFE_INTEGER);
}

/** Every combination of the values, the last option changing fastest. */
export function combinationsOf(options: readonly Option[]): Record<string, string>[] {
  if (options.length === 0) return [];
  return options.reduce<Record<string, string>[]>(
    (begun, { name, values }) => begun.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** The same for the same choice, in whatever order it is written. */
export function combinationKey(names: readonly string[], options: Readonly<Record<string, string>>): string {
  return JSON.stringify([Object.keys(options).length, names.map((name) => options[name] ?? null)]);
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
const MAX_LENGTH = 200;

/** What braces may say in a pattern of SKUs: the product's slug, all values, or the value of one option. */
export function isSkuPattern(pattern: string, names: readonly string[]): boolean {
  const known = [...pattern.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return known.every((name) => ['slug', 'options', ...names].includes(name));
}

/** The SKU of a combination, in capitals. Values without a Latin letter or digit are taken as they are. */
export function skuOf(
  pattern = '{slug}-{options}',
  variant: { slug: string; names: readonly string[]; options: Readonly<Record<string, string>> },
): string {
  const part = (value: string) => slugify(value).toUpperCase() || value;
  const all = () => variant.names.map((name) => part(variant.options[name] ?? '')).join('-');
  const filled = pattern.replace(PLACEHOLDER, (whole, name: string) => {
    if (name === 'slug') return variant.slug.toUpperCase();
    if (name === 'options') return all();
    const value = variant.options[name];
    return value === undefined ? whole : part(value);
  });
  return [...filled].slice(0, MAX_LENGTH).join('');
}
