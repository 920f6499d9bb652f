import { categories, type productRecords, products } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { firstTaxClass } from '../categories/inherited-tax-class.ts';
import { slugCandidates, takeSlug } from '../slug.ts';
import { pathKey } from './ensure-categories.ts';
import type { MergedProduct } from './merge-row.ts';
import type { ImportRow } from './parse-row.ts';

/** A row that can be imported, and the product it stands for. */
export interface GoodRow {
  /** Its number in the file. */
  number: number;
  row: ImportRow;
  hash: string;
  known: products.ImportedProduct | undefined;
}

/** A row that is new or says something else than its product is. */
export interface ChangedRow extends GoodRow {
  row: ImportRow & { title: string };
  current: productRecords.ProductRecord | undefined;
  merged: MergedProduct;
}

/** A row and the product it becomes. */
export interface PlannedProduct extends ChangedRow {
  product: products.ProductRow;
}

/**
 * Decides what remains to be decided of each product: its address, since when it is public, and the tax class of a new
 * one whose row says none. `categoryIds` are those of paths.
 */
export async function planProducts(
  ctx: TxCtx,
  rows: readonly ChangedRow[],
  categoryIds: ReadonlyMap<string, string>,
): Promise<PlannedProduct[]> {
  const candidates = new Map(rows.map((changed) => [changed, slugsOf(changed)]));
  const slugs = [...candidates.values()].flat();
  const taken = new Set(slugs.length === 0 ? [] : await products.listTakenSlugs(ctx.tx, { slugs }));
  const placesOf = ({ merged }: ChangedRow) =>
    merged.categoryPaths.flatMap((path) => categoryIds.get(pathKey(path)) ?? []);
  const inherits = ({ row, known }: ChangedRow) => !known && row.taxClass === undefined;
  const ids = [...new Set(rows.filter(inherits).flatMap(placesOf))];
  const taxClasses = await categories.listTaxClasses(ctx.tx, { ids });
  return rows.map((changed) => {
    const { row, hash, known, merged } = changed;
    const { variants: _, gone: __, categoryPaths: ___, ...fields } = merged;
    const product: products.ProductRow = {
      ...fields,
      ...(inherits(changed) && { taxClass: firstTaxClass(taxClasses, placesOf(changed)) }),
      id: known?.id ?? ctx.ids.uuid(ctx.now),
      externalId: known ? known.externalId : row.externalId,
      slug: known?.slug ?? takeSlug(candidates.get(changed) ?? [], taken),
      importHash: hash,
      publishedAt: known?.publishedAt ?? (fields.status === 'active' ? ctx.now : null),
    };
    return { ...changed, product };
  });
}

/** What the address of a new product may be. One that is there keeps its address when its title changes. */
function slugsOf({ row, known }: ChangedRow): string[] {
  if (known) return [];
  const made = slugCandidates(row.title, row.externalId);
  return row.slug === undefined ? made : [row.slug, ...slugCandidates(row.slug, row.externalId)];
}
