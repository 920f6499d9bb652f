import { readLines } from '../read-lines.ts';
import { MAX_ROW_BYTES } from '../row-size.ts';
import type { FileProduct } from './file-product.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** One JSON object a line. A line that is none is a failed row. */
export async function* readNdjson(file: string, onRead?: (bytes: number) => void): AsyncGenerator<FileProduct> {
  for await (const { number: row, bytes } of readLines(file, { maxLineBytes: MAX_ROW_BYTES, onRead })) {
    const parsed = parseLine(bytes);
    if (parsed === undefined) continue;
    if ('value' in parsed) yield { row, value: parsed.value, warnings: [] };
    else yield { row, failure: { row, column: null, code: 'row_invalid', message: parsed.message }, warnings: [] };
  }
}

/** Undefined for a blank line. */
function parseLine(bytes: Buffer | undefined): { value: object } | { message: string } | undefined {
  if (bytes === undefined) return { message: `The row is longer than ${MAX_ROW_BYTES} bytes.` };
  let text: string;
  try {
    text = utf8.decode(bytes).trim();
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
  return { value };
}
