import { products } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { slugCandidates, takeSlug } from '../slug.ts';
import { optionsOf } from '../variant-options.ts';
import { codeOf } from './ensure-attributes.ts';
import type { ImportRow } from './parse-row.ts';

/** A row that is new or differs from what was imported last. */
export interface ChangedRow {
  /** Its number in the file. */
  number: number;
  row: ImportRow;
  hash: string;
  known: products.ImportedProduct | undefined;
}

/** A row and the product it becomes. */
export interface PlannedProduct extends ChangedRow {
  product: products.ProductRow;
}

/** Whether shoppers can buy it. */
export function isPriced(row: ImportRow): boolean {
  return row.variants.some(({ priceMinor }) => priceMinor !== null);
}

/** Decides what each row makes of its product: status, slug, attributes, options. */
export async function planProducts(
  ctx: TxCtx,
  input: { rows: readonly ChangedRow[]; publishUnpriced: boolean },
): Promise<PlannedProduct[]> {
  const { rows, publishUnpriced } = input;
  const candidates = new Map(
    rows.filter(({ known }) => !known).map(({ row }) => [row.externalId, slugCandidates(row.title, row.externalId)]),
  );
  const slugs = [...candidates.values()].flat();
  const taken = new Set(slugs.length === 0 ? [] : await products.listTakenSlugs(ctx.tx, { slugs }));
  return rows.map((changed) => {
    const { row, hash, known } = changed;
    const status = statusOf(changed, publishUnpriced);
    const product: products.ProductRow = {
      id: known?.id ?? ctx.ids.uuid(ctx.now),
      externalId: row.externalId,
      // A product keeps its address when its title changes.
      slug: known?.slug ?? takeSlug(candidates.get(row.externalId) ?? [], taken),
      title: row.title,
      description: row.description,
      brand: row.brand,
      status,
      showUnpriced: publishUnpriced && !isPriced(row),
      taxClass: known?.taxClass ?? 'standard',
      attributes: attributesOf(row),
      options: optionsOf(row.variants),
      images: row.images.map((url) => ({ url, alt: row.title })),
      importHash: hash,
      publishedAt: known?.publishedAt ?? (status === 'active' ? ctx.now : null),
    };
    return { ...changed, product };
  });
}

/** What staff have archived stays so. */
function statusOf({ row, known }: ChangedRow, publishUnpriced: boolean): products.ProductStatus {
  if (known?.status === 'archived') return 'archived';
  return isPriced(row) || publishUnpriced ? 'active' : 'draft';
}

/** By code; of two names with the same code the first counts. */
function attributesOf(row: ImportRow): products.ProductRow['attributes'] {
  const values: products.ProductRow['attributes'] = {};
  for (const [name, value] of row.attributes) values[codeOf(name)] ??= value;
  return values;
}
