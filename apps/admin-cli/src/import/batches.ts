import type { FileProduct, RowFailure, RowWarning } from './formats/file-product.ts';
import { BATCHING, ENVELOPE_BYTES, MAX_ROW_BYTES } from './row-size.ts';

/** What is sent to the store at once. */
export interface Batch {
  /** From 0. */
  number: number;
  rows: object[];
  /** Where each row begins in the file. */
  rowNumbers: number[];
  failures: RowFailure[];
  warnings: RowWarning[];
}

/** Keys that reach an object's prototype; superjson refuses a whole batch because of one. */
const PROTOTYPE_KEY = /"(__proto__|constructor|prototype)"\s*:/;

const MAX_MESSAGE = 1000;
const MAX_COLUMN = 250;
const MAX_WARNINGS_OF_A_ROW = 10;

/** Puts products into batches; the same file always gives the same ones. Products that failed are sent as such. */
export async function* batchRows(products: AsyncIterable<FileProduct>): AsyncGenerator<Batch> {
  let batch = emptyBatch(0);
  let bytes: number = ENVELOPE_BYTES;
  for await (const product of products) {
    const { failure, json } = sendable(product);
    const warnings = failure ? [] : product.warnings.slice(0, MAX_WARNINGS_OF_A_ROW).map(clean);
    const size = sizeOf(failure ?? json, warnings);
    const count = batch.rows.length + batch.failures.length;
    if (count > 0 && (count === BATCHING.maxRows || bytes + size > BATCHING.maxBytes)) {
      yield batch;
      batch = emptyBatch(batch.number + 1);
      bytes = ENVELOPE_BYTES;
    }
    bytes += size;
    if (failure) {
      batch.failures.push(clean(failure));
      continue;
    }
    batch.rows.push(product.value ?? {});
    batch.rowNumbers.push(product.row);
    batch.warnings.push(...warnings);
  }
  if (batch.rows.length + batch.failures.length > 0) yield batch;
}

function emptyBatch(number: number): Batch {
  return { number, rows: [], rowNumbers: [], failures: [], warnings: [] };
}

/** As it will be sent, which is not always as it was written; or why it cannot be. */
function sendable({ row, value, failure }: FileProduct): { failure?: RowFailure; json: string } {
  if (failure) return { failure, json: '' };
  const json = JSON.stringify(value);
  const failed = (message: string) => ({ failure: { row, column: null, code: 'row_invalid', message }, json: '' });
  if (PROTOTYPE_KEY.test(json)) return failed('The row has a key named __proto__, constructor or prototype.');
  if (Buffer.byteLength(json) >= MAX_ROW_BYTES) return failed(`The row is longer than ${MAX_ROW_BYTES} bytes.`);
  return { json };
}

function sizeOf(row: RowFailure | string, warnings: readonly RowWarning[]): number {
  const NUMBER_BYTES = 12;
  const own = typeof row === 'string' ? row : JSON.stringify(row);
  const more = warnings.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(warnings));
  return Buffer.byteLength(own) + NUMBER_BYTES + more;
}

/** As one line that the store keeps. */
function clean<Finding extends RowWarning>(finding: Finding): Finding {
  const { column } = finding;
  return {
    ...finding,
    column: column === null ? null : oneLine(column, MAX_COLUMN) || null,
    message: oneLine(finding.message, MAX_MESSAGE) || 'The row cannot be read.',
  };
}

function oneLine(text: string, max: number): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
      .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
      .slice(0, max)
      .toWellFormed()
      .trim()
  );
}
