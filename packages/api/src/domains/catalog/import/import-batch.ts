import { categories, imports, products, store, violatedConstraint } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { forgetCategories } from '../categories/list-categories.ts';
import { refuse } from '../errors.ts';
import { ensureAttributes } from './ensure-attributes.ts';
import { ensureCategories } from './ensure-categories.ts';
import { type ParsedRow, parseRow } from './parse-row.ts';
import { type ChangedRow, isPriced, planProducts } from './plan-products.ts';
import { type ImportBatchInput, type ImportBatchResult, ImportOptions } from './schema.ts';
import { writeProducts } from './write-products.ts';

const MAX_ATTEMPTS = 4;

interface Batch {
  input: ImportBatchInput;
  requestHash: string;
  currencies: string[];
  parsed: readonly ParsedRow[];
}

/**
 * Imports the rows of one batch in one transaction: all that are good, or none. A row that is not good is an entry of
 * `errors` and does not hold up the others. The same batch sent again is answered with what the first one came to.
 * Refuses with `import_not_found`, `import_completed`, `import_batch_mismatch`.
 */
export async function importBatch(ctx: Ctx, input: ImportBatchInput): Promise<ImportBatchResult> {
  const settings = await store.findStore(ctx.db);
  const currencies = settings?.currencies.map(({ code }) => code) ?? [];
  const known = new Set(currencies);
  // Before the transaction, which every other import waits for.
  const batch: Batch = {
    input,
    requestHash: sha256Hex(JSON.stringify([input.firstRow, input.rows])),
    currencies,
    parsed: input.rows.map((row) => parseRow(row, known)),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { result, createdCategories } = await inTransaction(ctx, (tx) => applyBatch(tx, batch));
      if (createdCategories > 0) await forgetCategories(ctx);
      return result;
    } catch (error) {
      // Somebody took a slug or SKU between our looking and our writing: the next look sees it.
      if (violatedConstraint(error) === undefined || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

async function applyBatch(ctx: TxCtx, batch: Batch): Promise<{ result: ImportBatchResult; createdCategories: number }> {
  const { tx, now } = ctx;
  const { jobId, batch: number } = batch.input;
  await categories.lockCatalogStructure(tx);
  const job = await imports.lockImportJob(tx, { id: jobId });
  if (!job) throw refuse('import_not_found');
  const before = await imports.findImportBatch(tx, { jobId, batch: number });
  if (before) {
    if (before.requestHash !== batch.requestHash) throw refuse('import_batch_mismatch', { details: { batch: number } });
    return { result: before.result as ImportBatchResult, createdCategories: 0 };
  }
  if (job.status !== 'running') throw refuse('import_completed');
  const imported = await importRows(ctx, { batch, options: ImportOptions.parse(job.options) });
  await imports.insertImportBatch(tx, {
    jobId,
    batch: number,
    rowCount: batch.input.rows.length,
    requestHash: batch.requestHash,
    result: imported.result,
    at: now,
  });
  return imported;
}

async function importRows(
  ctx: TxCtx,
  { batch, options }: { batch: Batch; options: ImportOptions },
): Promise<{ result: ImportBatchResult; createdCategories: number }> {
  const { good, errors, warnings } = sortRows(batch, options);
  const known = await products.lockImportedProducts(ctx.tx, { externalIds: [...good.keys()] });
  const knownById = new Map(known.map((product) => [product.externalId, product]));
  const changed = [...good.values()]
    .map((each) => ({ ...each, known: knownById.get(each.row.externalId) }))
    .filter((each) => each.known?.importHash !== each.hash);
  const result: ImportBatchResult = {
    created: changed.filter((each) => !each.known).length,
    updated: changed.filter((each) => each.known).length,
    unchanged: good.size - changed.length,
    drafts: 0,
    failed: errors.length,
    warnings: [],
    errors,
  };
  const changedNumbers = new Set(changed.map((each) => each.number));
  result.warnings = warnings.filter(({ row }) => changedNumbers.has(row));
  if (changed.length === 0) return { result, createdCategories: 0 };
  const places = await ensureCategories(
    ctx,
    changed.flatMap(({ row }) => row.categoryPaths),
  );
  await ensureAttributes(
    ctx,
    changed.map(({ row }) => row),
  );
  const planned = await planProducts(ctx, { rows: changed, publishUnpriced: options.publishUnpriced });
  const written = await writeProducts(ctx, {
    planned,
    categoryIds: places.ids,
    defaultStock: options.defaultStock,
    currencies: batch.currencies,
  });
  result.warnings.push(...written);
  result.warnings.sort((a, b) => a.row - b.row);
  result.drafts = planned.filter(({ product }) => product.status === 'draft').length;
  return { result, createdCategories: places.created };
}

/** The rows that can be imported by id, with their fingerprints, and what is wrong with the others. */
function sortRows({ input, parsed }: Batch, options: ImportOptions) {
  const good = new Map<string, Omit<ChangedRow, 'known'>>();
  const errors: ImportBatchResult['errors'] = [];
  const warnings: ImportBatchResult['warnings'] = [];
  parsed.forEach((each, index) => {
    const number = input.firstRow + index;
    if (!each.ok) {
      errors.push({ row: number, code: each.code, message: each.message });
      return;
    }
    const { row } = each;
    const twin = good.get(row.externalId);
    if (twin) {
      errors.push({ row: number, code: 'row_repeated', message: `Row ${twin.number} has the same id` });
      return;
    }
    // The options that make this row come out differently are part of it.
    const hash = sha256Hex(JSON.stringify([row, !isPriced(row) && options.publishUnpriced]));
    good.set(row.externalId, { number, row, hash });
    warnings.push(...each.warnings.map((message) => ({ row: number, message })));
  });
  return { good, errors, warnings };
}
