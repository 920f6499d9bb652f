import {
  categories,
  imports,
  locales,
  productRecords,
  productVariants,
  rolledBack,
  store,
  violatedConstraint,
} from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { checkAttributes } from './check-attributes.ts';
import { chooseVariants, wantedSkus } from './choose-skus.ts';
import { ensureAttributes } from './ensure-attributes.ts';
import { ensureCategories } from './ensure-categories.ts';
import { isUnchanged, mergeRow } from './merge-row.ts';
import { type ParsedRow, parseRow, type StoreNames } from './parse-row.ts';
import { type ChangedRow, type GoodRow, planProducts } from './plan-products.ts';
import { type ImportBatchInput, type ImportBatchResult, ImportOptions } from './schema.ts';
import { sortRows } from './sort-rows.ts';
import { writeProducts } from './write-products.ts';

const MAX_ATTEMPTS = 4;

interface Batch {
  input: ImportBatchInput;
  requestHash: string;
  rows: { number: number; parsed: ParsedRow }[];
  defaultLocale: string | undefined;
}

/**
 * Imports the rows of one batch in one transaction: all that are good, or none. A row that is not good is an entry of
 * `errors` and does not hold up the others. The same batch sent again is answered with what the first one came to.
 * A dry run does all of it and takes it back. Refuses with `import_not_found`, `import_completed`,
 * `import_batch_mismatch`.
 */
export async function importBatch(ctx: Ctx, input: ImportBatchInput): Promise<ImportBatchResult> {
  const { firstRow, rows, rowNumbers, failures, warnings } = input;
  const names = await storeNames(ctx);
  // Before the transaction, which every other import waits for.
  const batch: Batch = {
    input,
    requestHash: sha256Hex(JSON.stringify([firstRow, rows, rowNumbers, failures, warnings])),
    defaultLocale: [...names.locales][0],
    rows: rows.map((row, index) => ({ number: rowNumbers?.[index] ?? firstRow + index, parsed: parseRow(row, names) })),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(ctx, (tx) => applyBatch(tx, batch));
    } catch (error) {
      // Somebody took a slug or SKU between our looking and our writing: the next look sees it.
      if (violatedConstraint(error) === undefined || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function storeNames(ctx: Ctx): Promise<StoreNames> {
  const settings = await store.findStore(ctx.db);
  return {
    currencies: new Set(settings?.currencies.map(({ code }) => code)),
    taxClasses: new Set(await store.listTaxClassCodes(ctx.db)),
    locales: new Set((await locales.listLocales(ctx.db)).map(({ code }) => code)),
  };
}

async function applyBatch(ctx: TxCtx, batch: Batch): Promise<ImportBatchResult> {
  const { tx, now } = ctx;
  const { jobId, batch: number, rows, failures = [] } = batch.input;
  await categories.lockCatalogStructure(tx);
  const job = await imports.lockImportJob(tx, { id: jobId });
  if (!job) throw refuse('import_not_found');
  const before = await imports.findImportBatch(tx, { jobId, batch: number });
  if (before) {
    if (before.requestHash !== batch.requestHash) throw refuse('import_batch_mismatch', { details: { batch: number } });
    return before.result as ImportBatchResult;
  }
  if (job.status !== 'running') throw refuse('import_completed');
  const result = await importRows(ctx, { batch, options: ImportOptions.parse(job.options) });
  await imports.insertImportBatch(tx, {
    jobId,
    batch: number,
    rowCount: rows.length + failures.length,
    requestHash: batch.requestHash,
    result,
    at: now,
  });
  return result;
}

async function importRows(
  ctx: TxCtx,
  { batch: { input, rows, defaultLocale }, options }: { batch: Batch; options: ImportOptions },
): Promise<ImportBatchResult> {
  const sorted = await sortRows(ctx, {
    jobId: input.jobId,
    rows,
    publishUnpriced: options.publishUnpriced,
  });
  const { warnings } = sorted;
  const { good, errors: misfits } = await checkAttributes(ctx, sorted.good);
  const {
    changed,
    errors: refused,
    warnings: skuWarnings,
  } = await changedRows(ctx, { rows: good, options, defaultLocale });
  const apply = () => writeRows(ctx, { changed, options });
  const drafts = options.dryRun ? await rolledBack(ctx.tx, apply) : await apply();
  const numbers = new Set(changed.map(({ number }) => number));
  const allErrors = [...sorted.errors, ...misfits, ...refused, ...(input.failures ?? [])].sort((a, b) => a.row - b.row);
  return {
    created: changed.filter(({ known }) => !known).length,
    updated: changed.filter(({ known }) => known).length,
    unchanged: good.length - changed.length - refused.length,
    drafts,
    failed: allErrors.length,
    warnings: [...warnings, ...skuWarnings, ...(input.warnings ?? [])]
      .filter(({ row }) => numbers.has(row))
      .sort((a, b) => a.row - b.row),
    errors: allErrors,
  };
}

/** The rows that make a difference, each with what its product shall be. */
async function changedRows(
  ctx: TxCtx,
  {
    rows,
    options,
    defaultLocale,
  }: { rows: readonly GoodRow[]; options: ImportOptions; defaultLocale: string | undefined },
): Promise<Pick<ImportBatchResult, 'warnings' | 'errors'> & { changed: ChangedRow[] }> {
  const differing = rows.filter(({ known, hash }) => known?.importHash !== hash);
  const ids = differing.flatMap(({ known }) => (known ? [known.id] : []));
  const records = ids.length === 0 ? [] : await productRecords.findProductRecords(ctx.tx, { ids });
  const currentById = new Map(records.map((record) => [record.id, record]));
  const skus = wantedSkus(differing.map(({ row }) => ({ ...row, variants: row.variants ?? [] })));
  const holders = differing.length === 0 ? [] : await productVariants.listSkuHolders(ctx.tx, { skus });
  const taken = new Map(holders.map(({ sku, variantId }) => [sku, variantId]));
  const changed: ChangedRow[] = [];
  const errors: ImportBatchResult['errors'] = [];
  const warnings: ImportBatchResult['warnings'] = [];
  for (const each of differing) {
    const current = each.known && currentById.get(each.known.id);
    const row = { ...each.row, title: each.row.title ?? current?.title ?? '', variants: variantsOf(each, current) };
    const chosen = chooseVariants({ ...row, variants: row.variants ?? [] }, current?.variants ?? [], taken);
    const { publishUnpriced } = options;
    const merged = mergeRow({ row, current, chosen: chosen.variants, publishUnpriced, defaultLocale });
    if (current && isUnchanged(merged, current)) continue;
    if ((merged.kind === 'bundle') !== (current?.kind === 'bundle')) {
      const message =
        'kind: What bundles are made of is no part of a file: a product neither becomes one nor ceases to be';
      errors.push({ row: each.number, column: 'kind', code: 'product_kind_fixed', message });
      continue;
    }
    changed.push({ ...each, row, current, merged });
    warnings.push(...chosen.warnings.map((message) => ({ row: each.number, column: null, message })));
  }
  return { changed, errors, warnings };
}

/** Every product has a variant, also one whose row speaks of none. */
function variantsOf({ row }: GoodRow, current: ChangedRow['current']): GoodRow['row']['variants'] {
  if (row.variants || current) return row.variants;
  const sku = row.externalId;
  const nothing = { externalId: undefined, barcode: undefined, images: undefined, image: undefined, status: undefined };
  return [{ ...nothing, sku, skuGiven: false, options: {}, prices: {}, free: [], stock: null, details: {} }];
}

/** Answers how many are drafts. */
async function writeRows(
  ctx: TxCtx,
  { changed, options }: { changed: readonly ChangedRow[]; options: ImportOptions },
): Promise<number> {
  if (changed.length === 0) return 0;
  const categoryIds = await ensureCategories(
    ctx,
    changed.flatMap(({ merged }) => merged.categoryPaths),
  );
  await ensureAttributes(
    ctx,
    changed.map(({ row }) => row),
  );
  const planned = await planProducts(ctx, changed, categoryIds);
  await writeProducts(ctx, { planned, categoryIds, defaultStock: options.defaultStock });
  return planned.filter(({ product }) => product.status === 'draft').length;
}
