import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import { type Cli, CliError, usageError } from '../cli.ts';
import { type Batch, batchRows } from '../import/batches.ts';
import { addCounts, type Counts, countsLine, noCounts } from '../import/counts.ts';
import { fingerprint } from '../import/fingerprint.ts';
import type { FormatName } from '../import/formats/detect-format.ts';
import { openProductFile, type ProductFile } from '../import/formats/product-file.ts';
import { onInterrupt } from '../import/interrupt.ts';
import { createProgress } from '../import/progress.ts';
import { RowMessages } from '../import/row-messages.ts';
import { sendBatches } from '../import/send-batches.ts';
import { sizeOfFile, toFileError } from '../import/source-file.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { count } from '../output/text.ts';
import { connect } from '../session/connect.ts';

export interface ImportOptions {
  format?: FormatName;
  currency?: string;
  region?: string;
  defaultStock: number;
  publishUnpriced?: true;
  dryRun?: true;
  strict?: true;
  warnings?: string;
  verbose?: true;
}

type Job = RouterOutputs['catalog']['startImport'];

/** An import should outlive a restart of the server. */
const PATIENT = { attempts: 10, maxDelayMs: 10_000 };

/** `import products`: the last line on standard output counts the rows; 65 when some failed. */
export async function importProducts(cli: Cli, file: string, options: ImportOptions): Promise<number> {
  const size = await sizeOfFile(file);
  const progress = createProgress(cli, size);
  const messages = await RowMessages.open(cli, {
    verbose: options.verbose === true,
    file: options.warnings,
    clearLine: progress.clear,
  });
  const interrupt = onInterrupt();
  try {
    const source = await openProductFile(file, { format: options.format, region: options.region });
    announce(cli, source, options);
    const client = connect(cli, PATIENT);
    const run = { cli, client, file, source, options, progress, signal: interrupt.signal };
    if (options.strict && !options.dryRun) await tryFirst(run);
    const totals = await runImport(run, { messages, dryRun: options.dryRun === true });
    await messages.close();
    const warnings = messages.counts.warning;
    cli.out(cli.json ? JSON.stringify({ ...totals, warnings }) : countsLine(totals));
    return totals.failed > 0 ? exitCodes.dataError : exitCodes.ok;
  } catch (error) {
    await messages.close();
    interrupt.signal.throwIfAborted();
    throw toFileError(error, file);
  } finally {
    interrupt.release();
  }
}

function announce(cli: Cli, { format, notes }: ProductFile, options: ImportOptions): void {
  if (options.format === undefined && format !== 'ndjson' && !cli.json) {
    cli.err(`The file is read as ${format} (--format says otherwise).`);
  }
  for (const note of notes) cli.err(cli.json ? JSON.stringify({ note }) : note);
  if (options.dryRun && !cli.json) cli.err('Dry run: nothing is changed.');
}

interface Run {
  cli: Cli;
  client: CartwrightClient;
  file: string;
  source: ProductFile;
  options: ImportOptions;
  progress: ReturnType<typeof createProgress>;
  signal: AbortSignal;
}

/** Throws, with every error printed, when a row of the file would fail. */
async function tryFirst(run: Run): Promise<void> {
  const { cli, options, progress } = run;
  const messages = await RowMessages.open(cli, {
    verbose: options.verbose === true,
    file: undefined,
    clearLine: progress.clear,
    kinds: ['error'],
  });
  const { failed } = await runImport(run, { messages, dryRun: true });
  await messages.close();
  if (failed === 0) return;
  throw new CliError(`Nothing was changed: of the rows ${count(failed)} would fail, and --strict takes all or none.`, {
    code: 'rows_failed',
    exitCode: exitCodes.dataError,
  });
}

async function runImport(run: Run, { messages, dryRun }: { messages: RowMessages; dryRun: boolean }): Promise<Counts> {
  const { cli, client, signal } = run;
  const job = await startJob(run, dryRun);
  const earlier = job.completedBatches.length;
  if (earlier > 0) cli.err(`Going on with an import that was interrupted (batches in already: ${earlier}).`);
  const totals = await importRows(run, { job, messages });
  await client.catalog.finishImport.mutate({ jobId: job.jobId }, { signal });
  return totals;
}

async function startJob({ client, file, source, options }: Run, dryRun: boolean): Promise<Job> {
  const { format } = source;
  const { defaultStock, currency, region } = options;
  const jobOptions = { defaultStock, publishUnpriced: options.publishUnpriced === true, dryRun };
  const print = await fingerprint(file, { ...jobOptions, format, currency, region });
  // What a trial came to says nothing once something else has changed: it is never resumed.
  const sourceHash = dryRun ? `${print}:${randomUUID()}` : print;
  const fileName = basename(file)
    .replace(/\p{Cc}/gu, ' ')
    .toWellFormed()
    .slice(-200);
  return client.catalog.startImport.mutate({ kind: 'products', sourceHash, format, fileName, options: jobOptions });
}

/** Sends every row that is not in yet and returns what all of the file's rows came to. */
async function importRows(run: Run, { job, messages }: { job: Job; messages: RowMessages }): Promise<Counts> {
  const { client, source, options, progress, signal } = run;
  const totals = noCounts();
  const settled = (batch: Batch, counts: Counts): void => {
    addCounts(totals, counts);
    progress.advance(batch.rows.length + batch.failures.length);
  };
  const reading = { currency: currencyOf(job, options), currencies: job.currencies, region: options.region };
  const batches = batchRows(source.read(reading, progress.read));
  await sendBatches(client, withoutCompleted(batches, job, settled), {
    jobId: job.jobId,
    signal,
    onAnswer(batch, answer) {
      settled(batch, answer);
      for (const warning of answer.warnings) messages.add('warning', warning);
      for (const error of answer.errors) messages.add('error', error);
    },
  });
  return totals;
}

function currencyOf({ currencies }: Job, { currency }: ImportOptions): string {
  const [own] = currencies;
  if (own === undefined) throw usageError('The store has no currency yet.');
  if (currency !== undefined && !currencies.includes(currency)) {
    throw usageError(`The store does not sell in ${currency}. It sells in ${currencies.join(', ')}.`);
  }
  return currency ?? own;
}

/** Leaves out the batches that an earlier run has sent, and counts them. */
async function* withoutCompleted(
  batches: AsyncIterable<Batch>,
  job: Job,
  settled: (batch: Batch, counts: Counts) => void,
): AsyncGenerator<Batch> {
  const completed = new Map(job.completedBatches.map((each) => [each.batch, each]));
  for await (const batch of batches) {
    const before = completed.get(batch.number);
    if (before === undefined) {
      yield batch;
      continue;
    }
    if (before.rowCount !== batch.rows.length + batch.failures.length) {
      throw new CliError('The file has changed while it was read. Run the command again.', {
        code: 'file_changed',
        exitCode: exitCodes.dataError,
      });
    }
    settled(batch, before);
  }
}
