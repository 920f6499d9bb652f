import { parseMoney } from '@cartwright/client';
import type { CsvRecord } from './csv-header.ts';
import { RowProblem } from './file-product.ts';

/** Minor units, or undefined for an empty cell. */
export function priceCell(record: CsvRecord, key: string, currency: string): number | undefined {
  const text = record.cell(key);
  if (text === '') return undefined;
  const amount = minorUnits(text, currency);
  if (amount === undefined) {
    throw new RowProblem(`${quoted(text)} is not a price in ${currency} such as 12.50.`, {
      column: record.header.nameOf(key),
    });
  }
  return amount;
}

/** Minor units of a decimal number; zeros beyond the decimals of the currency do no harm. */
export function minorUnits(text: string, currency: string): number | undefined {
  const plain = /^\d+(\.\d*)?$|^\.\d+$/.test(text) ? text : undefined;
  if (plain === undefined) return undefined;
  const [whole = '', fraction = ''] = plain.split('.');
  const digits = fraction.replace(/(?<!0)0+$/, '');
  return parseMoney(`${whole || '0'}${digits === '' ? '' : `.${digits}`} ${currency}`)?.amount;
}

/** Undefined for an empty cell. */
export function wholeCell(record: CsvRecord, key: string): number | undefined {
  const text = record.cell(key);
  if (text === '') return undefined;
  const value = /^-?\d{1,15}(\.0*)?$/.test(text) ? Number(text) : undefined;
  if (value === undefined) {
    throw new RowProblem(`${quoted(text)} is not a whole number.`, { column: record.header.nameOf(key) });
  }
  return value;
}

/** A number that is not negative; undefined for an empty cell. */
export function decimalCell(record: CsvRecord, key: string): number | undefined {
  const text = record.cell(key);
  if (text === '') return undefined;
  if (!/^\d{1,12}(\.\d*)?$|^\.\d+$/.test(text)) {
    throw new RowProblem(`${quoted(text)} is not a number such as 1.5.`, { column: record.header.nameOf(key) });
  }
  return Number(text);
}

/** Undefined for an empty cell. */
export function truthCell(record: CsvRecord, key: string): boolean | undefined {
  const text = record.cell(key).toLowerCase();
  if (text === '') return undefined;
  if (['true', 'yes', '1'].includes(text)) return true;
  if (['false', 'no', '0', '-1'].includes(text)) return false;
  throw new RowProblem(`${quoted(text)} is neither true nor false.`, { column: record.header.nameOf(key) });
}

/** One of the words, in lower case; undefined for an empty cell. */
export function wordCell<Word extends string>(
  record: CsvRecord,
  key: string,
  words: Readonly<Record<string, Word>>,
): Word | undefined {
  const text = record.cell(key).toLowerCase();
  if (text === '') return undefined;
  const word = Object.hasOwn(words, text) ? words[text] : undefined;
  if (word === undefined) {
    const known = Object.keys(words).join(', ');
    throw new RowProblem(`${quoted(text)} is none of ${known}.`, { column: record.header.nameOf(key) });
  }
  return word;
}

/** What the cell holds as JSON; undefined for an empty one. */
export function jsonCell(record: CsvRecord, key: string): unknown {
  const text = record.cell(key);
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RowProblem(`The cell is not JSON: ${(error as Error).message}.`, { column: record.header.nameOf(key) });
  }
}

/** Stock is never negative in a file that is right. */
export function stockCell(
  record: CsvRecord,
  key: string,
  warn: (column: string, message: string) => void,
): number | undefined {
  const units = wholeCell(record, key);
  if (units === undefined || units >= 0) return units;
  warn(record.header.nameOf(key), `A stock of ${units} is taken as 0`);
  return 0;
}

/** `A > B > C`. */
export function categoryPath(text: string): string[] {
  return listOf(text, '>');
}

/** A list in one cell. Its separator inside an item has a backslash before it. */
export function listOf(text: string, separator = ','): string[] {
  const items: string[] = [];
  let item = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\' && text[at + 1] === separator) {
      item += separator;
      at += 1;
    } else if (char === separator) {
      items.push(item);
      item = '';
    } else {
      item += char;
    }
  }
  return [...items, item].map((each) => each.trim()).filter((each) => each !== '');
}

/** Text as a message may show it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const ESCAPED_FORMULA = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** Takes away what {@link escapeFormula} has put there. */
export function unescapeFormula(cell: string): string {
  return ESCAPED_FORMULA.test(cell) ? cell.slice(1) : cell;
}
