import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import { type Cli, CliError } from '../cli.ts';
import { type Batch, batchRows, MAX_ROW_BYTES } from '../import/batches.ts';
import { addCounts, type Counts, countsLine, noCounts } from '../import/counts.ts';
import { fingerprint } from '../import/fingerprint.ts';
import { onInterrupt } from '../import/interrupt.ts';
import { createProgress } from '../import/progress.ts';
import { readLines } from '../import/read-lines.ts';
import { RowMessages } from '../import/row-messages.ts';
import { sendBatches } from '../import/send-batches.ts';
import { sizeOfFile, toFileError } from '../import/source-file.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { connect } from '../session/connect.ts';

interface ImportOptions {
  defaultStock: number;
  publishUnpriced?: true;
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
    const client = connect(cli, PATIENT);
    const job = await startJob(client, file, options);
    const earlier = job.completedBatches.length;
    if (earlier > 0) cli.err(`Going on with an import that was interrupted (batches in already: ${earlier}).`);
    const totals = await importRows(client, { file, job, progress, messages, signal: interrupt.signal });
    await client.catalog.finishImport.mutate({ jobId: job.jobId }, { signal: interrupt.signal });
    await messages.close();
    cli.out(cli.json ? JSON.stringify({ ...totals, warnings: messages.counts.warning }) : countsLine(totals));
    return totals.failed > 0 ? exitCodes.dataError : exitCodes.ok;
  } catch (error) {
    await messages.close();
    interrupt.signal.throwIfAborted();
    throw toFileError(error, file);
  } finally {
    interrupt.release();
  }
}

async function startJob(client: CartwrightClient, file: string, options: ImportOptions): Promise<Job> {
  const jobOptions = { defaultStock: options.defaultStock, publishUnpriced: options.publishUnpriced === true };
  const sourceHash = await fingerprint(file, jobOptions);
  return client.catalog.startImport.mutate({ kind: 'products', sourceHash, options: jobOptions });
}

interface Import {
  file: string;
  job: Job;
  progress: ReturnType<typeof createProgress>;
  messages: RowMessages;
  signal: AbortSignal;
}

/** Sends every row that is not in yet and returns what all of the file's rows came to. */
async function importRows(
  client: CartwrightClient,
  { file, job, progress, messages, signal }: Import,
): Promise<Counts> {
  const totals = noCounts();
  const settled = (batch: Batch, counts: Counts): void => {
    addCounts(totals, counts);
    progress.advance(batch.rows.length);
  };
  const lines = readLines(file, { maxLineBytes: MAX_ROW_BYTES, onRead: progress.read });
  const batches = batchRows(lines, ({ line, message }) => {
    totals.failed += 1;
    messages.add('error', line, message);
  });
  await sendBatches(client, withoutCompleted(batches, job, settled), {
    jobId: job.jobId,
    signal,
    onAnswer(batch, answer) {
      settled(batch, answer);
      // The server counts from the batch's first row; lines that were not sent are missing in between.
      const lineOf = (row: number): number => batch.lines[row - (batch.lines[0] ?? 1)] ?? row;
      for (const { row, message } of answer.warnings) messages.add('warning', lineOf(row), message);
      for (const { row, message } of answer.errors) messages.add('error', lineOf(row), message);
    },
  });
  return totals;
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
    if (before.rowCount !== batch.rows.length) {
      throw new CliError('The file has changed while it was read. Run the command again.', {
        code: 'file_changed',
        exitCode: exitCodes.dataError,
      });
    }
    settled(batch, before);
  }
}
