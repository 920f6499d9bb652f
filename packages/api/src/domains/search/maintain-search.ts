import { searchDocuments } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBefore } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';

/** A transaction holds no more products than an import does. */
const BATCH = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Keeps the index whole: writes documents that are missing (a new locale) or of another formula, counts words anew when
 * many documents have come or gone, and weighs everything anew when fields have become longer or shorter on average.
 * Searches go on meanwhile. Whatever is interrupted is found again by the next run.
 */
export async function maintainSearch(ctx: Ctx): Promise<{ written: number }> {
  // What an import brings is counted once, when it is in.
  if (await isImporting(ctx)) return { written: 0 };
  let written = await writePendingDocuments(ctx);
  written += await writeAll(ctx, searchDocuments.listOutdatedDocuments);
  if (await searchDocuments.isStatisticsStale(ctx.db)) {
    const moved = await inTransaction(ctx, ({ tx, now }) => searchDocuments.saveSearchStatistics(tx, { at: now }));
    if (moved) written += await writeAll(ctx, searchDocuments.listProductIds);
  }
  return { written };
}

/** Counts words and writes every document anew, in batches. */
export async function writeSearchAnew(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, ({ tx, now }) => searchDocuments.saveSearchStatistics(tx, { at: now }));
  await writeAll(ctx, searchDocuments.listProductIds);
}

async function writeAll(ctx: Ctx, list: typeof searchDocuments.listProductIds): Promise<number> {
  let written = 0;
  let after = FIRST;
  for (;;) {
    const ids = await list(ctx.db, { after, limit: BATCH });
    const last = ids.at(-1);
    if (last === undefined) return written;
    await inTransaction(ctx, ({ tx, now }) =>
      searchDocuments.saveSearchDocumentsAnew(tx, { productIds: ids, at: now }),
    );
    written += ids.length;
    after = last;
  }
}

/** An import whose last batch is older than this has been given up, or waits for somebody to go on with it. */
const IMPORTING_SECONDS = 10;

const isImporting = (ctx: Ctx): Promise<boolean> =>
  searchDocuments.isImporting(ctx.db, { since: secondsBefore(ctx.clock.now(), IMPORTING_SECONDS) });

/** While an import runs it has the database to itself but for this many products at a time. */
const BESIDE_AN_IMPORT = 50;

/** Writes the documents that imports have left to the worker: all of them, or a few while one runs. */
export async function writePendingDocuments(ctx: Ctx): Promise<number> {
  let written = 0;
  for (;;) {
    const importing = await isImporting(ctx);
    const limit = importing ? BESIDE_AN_IMPORT : BATCH;
    const ids = await inTransaction(ctx, ({ tx, now }) => searchDocuments.savePendingDocuments(tx, { limit, at: now }));
    written += ids.length;
    if (importing || ids.length === 0) return written;
  }
}

const CHANGES_BATCH = 500;

/** Writes down what has changed in stock, rating and sales, until nothing is left. Answers how many products there were. */
export async function applySearchChanges(ctx: Ctx): Promise<number> {
  let applied = 0;
  for (;;) {
    const ids = await inTransaction(ctx, ({ tx }) => searchDocuments.saveSearchChanges(tx, { limit: CHANGES_BATCH }));
    if (ids.length === 0) return applied;
    applied += ids.length;
  }
}
