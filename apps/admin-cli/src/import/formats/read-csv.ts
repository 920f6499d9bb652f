import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { MAX_ROW_BYTES } from '../row-size.ts';
import { brokenFile } from './broken-file.ts';

/** A record of a CSV file, the header included. */
export interface CsvRow {
  /** The line on which it begins. */
  line: number;
  cells: string[];
}

const REASONS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote that begins here is never closed.',
  CSV_INVALID_CLOSING_QUOTE: 'Something follows a closing quote. A quote inside a cell is written twice.',
  INVALID_OPENING_QUOTE:
    'A quote stands in the middle of a cell. A cell that has one is quoted, and it is written twice.',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'The row has more cells than the header.',
  CSV_MAX_RECORD_SIZE: `The row is longer than ${MAX_ROW_BYTES} characters. Is a closing quote missing?`,
};

/** Reads CSV record by record. Throws a broken file, naming the row, where it is not well formed. */
export async function* readCsv(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRow> {
  const parser = parse({
    delimiter,
    info: true,
    // Blanks around a tab are cells.
    trim: delimiter !== '\t',
    skip_empty_lines: true,
    relax_column_count_less: true,
    relax_quotes: delimiter === '\t',
    max_record_size: MAX_ROW_BYTES,
  });
  let line = 1;
  const reading = pipeline(Readable.from(text, { objectMode: false, encoding: 'utf8' }), parser).catch(() => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const height = record.reduce((sum, cell) => sum + breaksIn(cell), 0);
      yield { line: Math.max(line, info.lines - height), cells: record };
      line = info.lines + 1;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const row = typeof error['lines'] === 'number' ? error['lines'] : line;
    throw brokenFile(REASONS[error.code] ?? `${error.message}.`, {
      row: error.code === 'CSV_QUOTE_NOT_CLOSED' ? line : row,
    });
  } finally {
    parser.destroy();
    await reading;
  }
}

function breaksIn(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) count += 1;
  return count;
}
