import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { CartwrightClient } from '@cartwright/client';
import { type Cli, CliError, usageError } from '../cli.ts';
import type { ExportFormat } from '../export/exported.ts';
import { ownCsvExport } from '../export/own-csv-export.ts';
import { shopifyExport } from '../export/shopify-export.ts';
import { onInterrupt } from '../import/interrupt.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { count } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { withinLimit } from '../session/within-limit.ts';

interface ExportOptions {
  format: 'ndjson' | 'csv' | 'shopify';
  currency?: string;
}

const PAGE = 100;
const PATIENT = { attempts: 10, maxDelayMs: 10_000 };

/** `export products`: writes page by page, and puts the file in place when it is whole. */
export async function exportProducts(cli: Cli, file: string, options: ExportOptions): Promise<undefined> {
  const interrupt = onInterrupt();
  const totals = { products: 0, skipped: 0 };
  const partial = `${file}.part`;
  try {
    const pages = readPages(connect(cli, PATIENT), interrupt.signal);
    const text = Readable.from(writeLines(pages, { options, totals }));
    if (file === '-') {
      await pipeline(text, process.stdout, { end: false });
    } else {
      const target = createWriteStream(partial);
      await (file.endsWith('.gz') ? pipeline(text, createGzip(), target) : pipeline(text, target));
      await rename(partial, file);
    }
  } catch (error) {
    if (file !== '-') await rm(partial, { force: true });
    interrupt.signal.throwIfAborted();
    throw toWriteError(error, file);
  } finally {
    interrupt.release();
  }
  report(cli, { file, totals });
}

function report(cli: Cli, { file, totals }: { file: string; totals: { products: number; skipped: number } }): void {
  const { products, skipped } = totals;
  if (skipped > 0 && !cli.json) {
    cli.err(
      `Left out: ${count(skipped)} products with more options than the format has, or with archived variants only.`,
    );
  }
  if (file === '-') return;
  cli.out(cli.json ? JSON.stringify({ file, products, skipped }) : `products ${products}`);
}

type Page = Awaited<ReturnType<CartwrightClient['catalog']['exportProducts']['query']>>;

async function* readPages(client: CartwrightClient, signal: AbortSignal): AsyncGenerator<Page> {
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor !== null && { cursor }) };
    const page: Page = await withinLimit(() => client.catalog.exportProducts.query(query, { signal }), signal);
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

async function* writeLines(
  pages: AsyncIterable<Page>,
  { options, totals }: { options: ExportOptions; totals: { products: number; skipped: number } },
): AsyncGenerator<string> {
  let format: ExportFormat | undefined;
  for await (const { currencies, items } of pages) {
    if (format === undefined) {
      format = formatOf(options, currencies);
      yield format.header;
    }
    for (const product of items) {
      const lines = format.lines(product);
      if (lines === undefined) {
        totals.skipped += 1;
        continue;
      }
      totals.products += 1;
      yield lines;
    }
  }
}

function formatOf({ format, currency }: ExportOptions, currencies: readonly string[]): ExportFormat {
  if (format === 'ndjson') return { header: '', lines: (product) => `${JSON.stringify(product)}\n` };
  if (format === 'csv') return ownCsvExport(currencies);
  const chosen = currency ?? currencies[0] ?? '';
  if (!currencies.includes(chosen)) {
    throw usageError(`The store does not sell in ${chosen}. It sells in ${currencies.join(', ')}.`);
  }
  return shopifyExport(chosen);
}

function toWriteError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !/^(ENOENT|EACCES|EPERM|EISDIR|ENOTDIR|ENOSPC|EROFS)$/.test(code)) return error;
  return new CliError(`${file} cannot be written: ${(error as Error).message}`, {
    code: 'cannot_write',
    exitCode: exitCodes.usage,
  });
}
