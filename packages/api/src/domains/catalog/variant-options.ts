import type { products } from '@cartwright/db';

type Options = Readonly<Record<string, string>>;

/** The options that variants are made of: names and values in the order in which they first appear. */
export function optionsOf(variants: readonly { options: Options }[]): products.ProductOption[] {
  const values = new Map<string, Set<string>>();
  for (const { options } of variants) {
    for (const [name, value] of Object.entries(options)) {
      const known = values.get(name) ?? new Set();
      values.set(name, known.add(value));
    }
  }
  return [...values].map(([name, all]) => ({ name, values: [...all] }));
}

/** What is wrong with variants for a product of these options, or undefined. Each names every option, no two alike. */
export function optionsProblem(
  options: readonly products.ProductOption[],
  variants: readonly { sku: string; options: Options }[],
): string | undefined {
  const names = options.map((option) => option.name);
  if (new Set(names).size < names.length) return 'Two options have the same name.';
  const seen = new Set<string>();
  for (const { sku, options: chosen } of variants) {
    if (Object.keys(chosen).length !== names.length) return `The variant ${sku} must name each option once.`;
    for (const { name, values } of options) {
      const value = Object.hasOwn(chosen, name) ? chosen[name] : undefined;
      if (value === undefined || !values.includes(value)) return `The variant ${sku} has no valid value of ${name}.`;
    }
    const combination = JSON.stringify(names.map((name) => chosen[name]));
    if (seen.has(combination)) return `The variant ${sku} has the options of another one.`;
    seen.add(combination);
  }
  return undefined;
}
