import { readBytes } from '../open-file.ts';
import { brokenFile } from './broken-file.ts';
import { readCsv } from './read-csv.ts';
import { readText } from './read-text.ts';

export const FORMATS = ['ndjson', 'csv', 'shopify', 'woocommerce', 'medusa', 'google'] as const;
export type FormatName = (typeof FORMATS)[number];

/** How the file is written, apart from what its columns mean. */
export type FileKind = 'ndjson' | 'xml' | { delimiter: string };

const DELIMITERS = [',', ';', '\t', '|'];

/** Columns that only files of the format have together, in lower case. */
const SIGNS: [Exclude<FormatName, 'ndjson'>, string[][]][] = [
  ['medusa', [['product handle', 'product title']]],
  [
    'shopify',
    [
      ['handle', 'title'],
      ['url handle', 'title'],
    ],
  ],
  [
    'woocommerce',
    [
      ['type', 'name', 'regular price'],
      ['type', 'name', 'parent'],
    ],
  ],
  [
    'google',
    [
      ['id', 'title', 'image_link'],
      ['id', 'title', 'image link'],
      ['id', 'title', 'availability'],
    ],
  ],
  ['csv', [['id']]],
];

/** What a file is, by its first row. Throws a broken file when it is nothing that is known, or not what was asked for. */
export async function detectFormat(
  file: string,
  wanted: FormatName | undefined,
): Promise<{ format: FormatName; kind: FileKind }> {
  if (wanted === 'ndjson' || (wanted === undefined && (await beginsWithObject(file)))) {
    return { format: 'ndjson', kind: 'ndjson' };
  }
  const start = await firstText(file);
  const first = start.trimStart()[0];
  if (first === undefined) {
    if (wanted === undefined) return { format: 'ndjson', kind: 'ndjson' };
    throw brokenFile('The file is empty.');
  }
  if (first === '<') {
    if (wanted !== undefined && wanted !== 'google') throw brokenFile(`The file is XML, not ${wanted}.`);
    return { format: 'google', kind: 'xml' };
  }
  const line = start.trimStart().split('\n', 1)[0] ?? '';
  if (wanted === undefined && !DELIMITERS.some((each) => line.includes(each))) {
    return { format: 'ndjson', kind: 'ndjson' };
  }
  const delimiter = DELIMITERS.map((each) => ({ each, count: line.split(each).length })).reduce((a, b) =>
    b.count > a.count ? b : a,
  ).each;
  if (wanted !== undefined) return { format: wanted, kind: { delimiter } };
  const names = await headerNames(file, delimiter);
  const found = SIGNS.find(([, sets]) => sets.some((set) => set.every((name) => names.has(name))));
  if (!found) {
    const known = FORMATS.join(', ');
    throw brokenFile(`The header is that of no known format. Say which it is with --format: ${known}.`, { row: 1 });
  }
  return { format: found[0], kind: { delimiter } };
}

/** Whether the first byte that is no blank opens an object: then bytes that are no text spoil their own line only. */
async function beginsWithObject(file: string): Promise<boolean> {
  for await (const chunk of readBytes(file)) {
    const text = chunk
      .subarray(0, 1000)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart();
    if (text !== '') return text.startsWith('{');
  }
  return false;
}

/** Enough of a file to have its header. Bytes that are no text are for the format to judge. */
async function firstText(file: string): Promise<string> {
  let start = '';
  for await (const text of readText(file)) {
    start += text;
    if (start.length > 100_000 || start.trimStart().includes('\n')) break;
  }
  return start;
}

async function headerNames(file: string, delimiter: string): Promise<Set<string>> {
  for await (const { cells } of readCsv(readText(file), delimiter)) {
    return new Set(cells.map((cell) => cell.replace(/\s+/g, ' ').trim().toLowerCase()));
  }
  return new Set();
}
