import type { Line } from './read-lines.ts';

/** How rows are put into batches; the same file always gives the same ones. */
export const BATCHING = { version: 1, maxRows: 500, maxBytes: 512 * 1024 } as const;

export interface Batch {
  /** From 0. */
  number: number;
  rows: unknown[];
  /** The line of each row: blank and broken lines are not sent, so they are not always consecutive. */
  lines: number[];
}

export interface BrokenLine {
  line: number;
  message: string;
}

/** Leaves room for the envelope around the rows. */
const ENVELOPE_BYTES = 1024;
export const MAX_ROW_BYTES = BATCHING.maxBytes - ENVELOPE_BYTES;

/** Keys that reach an object's prototype; superjson refuses a whole batch because of one. */
const PROTOTYPE_KEY = /"(__proto__|constructor|prototype)"\s*:/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Puts rows into batches, and tells `onBroken` of lines that hold no row. */
export async function* batchRows(
  lines: AsyncIterable<Line>,
  onBroken: (broken: BrokenLine) => void,
): AsyncGenerator<Batch> {
  let batch: Batch = { number: 0, rows: [], lines: [] };
  let bytes = ENVELOPE_BYTES;
  for await (const line of lines) {
    const row = parseRow(line);
    if (row === undefined) continue;
    if ('message' in row) {
      onBroken({ line: line.number, message: row.message });
      continue;
    }
    const full = batch.rows.length === BATCHING.maxRows || bytes + row.bytes > BATCHING.maxBytes;
    if (full && batch.rows.length > 0) {
      yield batch;
      batch = { number: batch.number + 1, rows: [], lines: [] };
      bytes = ENVELOPE_BYTES;
    }
    batch.rows.push(row.value);
    batch.lines.push(line.number);
    bytes += row.bytes;
  }
  if (batch.rows.length > 0) yield batch;
}

/** Undefined for a blank line. */
function parseRow(line: Line): { value: unknown; bytes: number } | { message: string } | undefined {
  if (line.bytes === undefined) return { message: `The row is longer than ${MAX_ROW_BYTES} bytes.` };
  let text: string;
  try {
    text = utf8.decode(line.bytes).trim();
  } catch {
    return { message: 'The row is not UTF-8 text.' };
  }
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { message: `The row is not JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { message: 'The row is not a JSON object.' };
  }
  if (PROTOTYPE_KEY.test(text)) return { message: 'The row has a key named __proto__, constructor or prototype.' };
  // As it will be sent, which is not always as it was written.
  const bytes = Buffer.byteLength(JSON.stringify(value)) + 1;
  return bytes > MAX_ROW_BYTES ? { message: `The row is longer than ${MAX_ROW_BYTES} bytes.` } : { value, bytes };
}
