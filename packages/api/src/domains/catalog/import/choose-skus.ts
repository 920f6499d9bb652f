import type { ImportRow } from './parse-row.ts';
import type { ImportVariant } from './parse-variants.ts';

interface KnownVariant {
  id: string;
  externalId: string | null;
  sku: string;
  options: Readonly<Record<string, string>>;
}

/** A variant of a row, with the one it already is and the SKU it is stored with. */
export interface ChosenVariant<Known extends KnownVariant> {
  known: Known | undefined;
  sku: string;
}

type Variants = Pick<ImportRow, 'externalId'> & { variants: readonly ImportVariant[] };

/** What a row's SKU may be stored as, best first: itself, else marked with the row's id, else numbered too. */
function candidates(row: Variants, index: number): string[] {
  const sku = row.variants[index]?.sku ?? '';
  const marked = `${sku}-${row.externalId}`;
  return [sku, marked, `${marked}-${index + 1}`];
}

/** Every SKU that rows may be stored with, to ask who holds them. */
export function wantedSkus(rows: readonly Variants[]): string[] {
  return rows.flatMap((row) => row.variants.flatMap((_, index) => candidates(row, index)));
}

/**
 * Matches a row's variants with those its product has, by their id in the file, then by SKU, then by their options,
 * then, where there is one on both sides, by being the only one; and chooses SKUs that nobody else holds. `taken` maps
 * a SKU to its variant and grows. A variant keeps a SKU it was given before, so that importing again changes nothing.
 */
export function chooseVariants<Known extends KnownVariant>(
  row: Variants,
  known: readonly Known[],
  taken: Map<string, string>,
): { variants: ChosenVariant<Known>[]; warnings: string[] } {
  const free = new Set(known);
  const take = (test: (each: Known) => boolean): Known | undefined => {
    const found = [...free].find(test);
    if (found) free.delete(found);
    return found;
  };
  const byId = row.variants.map(({ externalId }) =>
    externalId === undefined ? undefined : take((each) => (each.externalId ?? each.id) === externalId),
  );
  const bySku = byId.map((found, index) => {
    if (found || !row.variants[index]?.skuGiven) return found;
    return take((each) => candidates(row, index).includes(each.sku));
  });
  const byOptions = bySku.map((found, index) => {
    const { externalId, options = {} } = row.variants[index] ?? {};
    const key = optionsKey(options);
    if (found || key === '') return found;
    // Of two that have ids of their own, neither is the other.
    const mayBe = (each: Known): boolean => externalId === undefined || each.externalId === null;
    return take((each) => mayBe(each) && optionsKey(each.options) === key);
  });
  const only = row.variants.length === 1 && known.length === 1;
  const warnings: string[] = [];
  const variants = byOptions.map((found, index): ChosenVariant<Known> => {
    const variant = found ?? (only ? take(() => true) : undefined);
    const given = row.variants[index]?.skuGiven === true;
    const options = candidates(row, index);
    const [wanted = ''] = options;
    const keeps = variant && (!given || options.includes(variant.sku)) ? variant.sku : undefined;
    const sku = keeps ?? options.find((each) => !taken.has(each)) ?? `${wanted}-${row.externalId}-${taken.size}`;
    taken.set(sku, variant?.id ?? row.externalId);
    if (given && sku !== wanted)
      warnings.push(`Another variant holds the SKU ${JSON.stringify(wanted)}: stored as ${JSON.stringify(sku)}`);
    return { known: variant, sku };
  });
  return { variants, warnings };
}

function optionsKey(options: Readonly<Record<string, string>>): string {
  const entries = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : JSON.stringify(entries);
}
