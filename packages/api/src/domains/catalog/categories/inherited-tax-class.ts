import { categories, type Reader } from '@cartwright/db';
import { STORE_DEFAULTS } from './effective-settings.ts';

/** The tax class of a product of these categories that says none: what holds for the first that has one, else the store's. */
export async function inheritedTaxClass(reader: Reader, categoryIds: readonly string[]): Promise<string> {
  if (categoryIds.length === 0) return STORE_DEFAULTS.taxClass;
  const found = await categories.listTaxClasses(reader, { ids: categoryIds });
  return firstTaxClass(found, categoryIds);
}

/** The same of classes that have been read, by category. */
export function firstTaxClass(classes: ReadonlyMap<string, string>, categoryIds: readonly string[]): string {
  const id = categoryIds.find((each) => classes.has(each));
  return (id !== undefined && classes.get(id)) || STORE_DEFAULTS.taxClass;
}
