import { imports, products } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { isUuid, sha256Hex } from '../../../kit/ids.ts';
import type { ImportRow, ParsedRow } from './parse-row.ts';
import type { GoodRow } from './plan-products.ts';
import type { ImportBatchResult } from './schema.ts';

interface Numbered {
  number: number;
  parsed: ParsedRow;
}

/** The rows that can be imported, each with its product where it has one, and what is wrong or odd about the others. */
export interface SortedRows {
  good: GoodRow[];
  errors: ImportBatchResult['errors'];
  warnings: ImportBatchResult['warnings'];
}

/** Finds the product of each row, and leaves out rows that are broken or whose id or product another row has. */
export async function sortRows(
  ctx: TxCtx,
  { jobId, rows, publishUnpriced }: { jobId: string; rows: readonly Numbered[]; publishUnpriced: boolean },
): Promise<SortedRows> {
  const errors: ImportBatchResult['errors'] = [];
  const warnings: ImportBatchResult['warnings'] = [];
  const repeated = (row: number, twin: number): void => {
    errors.push({ row, column: 'id', code: 'row_repeated', message: `Row ${twin} has the same id` });
  };
  const byId = new Map<string, { number: number; row: ImportRow }>();
  for (const { number, parsed } of rows) {
    if (!parsed.ok) {
      const { code, column, message } = parsed;
      errors.push({ row: number, column, code, message });
      continue;
    }
    const twin = byId.get(parsed.row.externalId);
    if (twin) {
      repeated(number, twin.number);
      continue;
    }
    byId.set(parsed.row.externalId, { number, row: parsed.row });
    warnings.push(...parsed.warnings.map((message) => ({ row: number, column: null, message })));
  }
  const named = [...byId.values()].map(({ number, row }) => ({ externalId: row.externalId, row: number }));
  const taken = named.length === 0 ? [] : await imports.insertImportRows(ctx.tx, { jobId, rows: named });
  for (const { externalId, row } of taken) {
    repeated(byId.get(externalId)?.number ?? row, row);
    byId.delete(externalId);
  }
  const findKnown = await knownProducts(
    ctx,
    [...byId.values()].map(({ row }) => row),
  );
  const good: GoodRow[] = [];
  const holders = new Map<string, number>();
  for (const { number, row } of byId.values()) {
    const known = findKnown(row);
    const twin = known && holders.get(known.id);
    if (twin !== undefined) {
      repeated(number, twin);
    } else if (!known && row.title === undefined) {
      errors.push({ row: number, column: 'title', code: 'row_invalid', message: 'title: A new product needs one' });
    } else {
      if (known) holders.set(known.id, number);
      // The options that make this row come out differently are part of it.
      const hash = sha256Hex(JSON.stringify([row, publishUnpriced && !saysPrice(row)]));
      good.push({ number, row, hash, known });
    }
  }
  return { good, errors: errors.sort((a, b) => a.row - b.row), warnings };
}

function saysPrice({ variants = [] }: ImportRow): boolean {
  return variants.some(({ prices }) => Object.values(prices).some((price) => price !== null));
}

/** A row stands for what was imported under its id, or for the product of that id, or of that address. */
async function knownProducts(
  ctx: TxCtx,
  rows: readonly ImportRow[],
): Promise<(row: ImportRow) => products.ImportedProduct | undefined> {
  const externalIds = rows.map(({ externalId }) => externalId);
  const slugs = rows.flatMap(({ knownBySlug, slug }) => (knownBySlug && slug !== undefined ? [slug] : []));
  const ids = externalIds.filter(isUuid);
  const known = rows.length === 0 ? [] : await products.lockImportedProducts(ctx.tx, { externalIds, slugs, ids });
  const bySlug = new Map(known.map((product) => [product.slug, product]));
  const byExternalId = new Map(known.map((product) => [product.externalId ?? product.id, product]));
  return ({ externalId, slug, knownBySlug }) =>
    (knownBySlug && slug !== undefined ? bySlug.get(slug) : undefined) ?? byExternalId.get(externalId);
}
