import type { ImportRow } from './parse-row.ts';

interface KnownVariant {
  id: string;
  externalId: string | null;
  sku: string;
}

/** A variant of a row, with the one it already is and the SKU it is stored with. */
export interface ChosenVariant {
  known: KnownVariant | undefined;
  sku: string;
}

/** What a row's SKU may be stored as, best first: itself, else marked with the row's id, else numbered too. */
function candidates(row: ImportRow, index: number): string[] {
  const sku = row.variants[index]?.sku ?? '';
  const marked = `${sku}-${row.externalId}`;
  return [sku, marked, `${marked}-${index + 1}`];
}

/** Every SKU that rows may be stored with, to ask who holds them. */
export function wantedSkus(rows: readonly ImportRow[]): string[] {
  return rows.flatMap((row) => row.variants.flatMap((_, index) => candidates(row, index)));
}

/**
 * Matches a row's variants with those its product has, by their id in the file, then by SKU, then, where there is one
 * on both sides, by being the only one; and chooses SKUs that nobody else holds. `taken` maps a SKU to its variant and
 * grows. A variant keeps a SKU it was given before, so that importing again changes nothing.
 */
export function chooseVariants(
  row: ImportRow,
  known: readonly KnownVariant[],
  taken: Map<string, string>,
): { variants: ChosenVariant[]; warnings: string[] } {
  const free = new Set(known);
  const take = (test: (each: KnownVariant) => boolean): KnownVariant | undefined => {
    const found = [...free].find(test);
    if (found) free.delete(found);
    return found;
  };
  const matched = row.variants.map(({ externalId }) =>
    externalId === null ? undefined : take((each) => each.externalId === externalId),
  );
  const bySku = matched.map((found, index) => found ?? take((each) => candidates(row, index).includes(each.sku)));
  const only = row.variants.length === 1 && known.length === 1;
  const warnings: string[] = [];
  const variants = bySku.map((found, index): ChosenVariant => {
    const variant = found ?? (only ? take(() => true) : undefined);
    const options = candidates(row, index);
    const [wanted = ''] = options;
    const keeps = variant && options.includes(variant.sku) ? variant.sku : undefined;
    const sku = keeps ?? options.find((each) => !taken.has(each)) ?? `${wanted}-${row.externalId}-${taken.size}`;
    taken.set(sku, variant?.id ?? row.externalId);
    if (sku !== wanted)
      warnings.push(`Another variant holds the SKU ${JSON.stringify(wanted)}: stored as ${JSON.stringify(sku)}`);
    return { known: variant, sku };
  });
  return { variants, warnings };
}
