import { brokenFile } from './broken-file.ts';
import { type ColumnNames, CsvHeader, CsvRecord } from './csv-header.ts';
import { type FileProduct, RowProblem, type RowWarning } from './file-product.ts';
import { readCsv } from './read-csv.ts';
import { readText } from './read-text.ts';

/** The records of a product, the first of which begins it. */
export type RecordGroup = [CsvRecord, ...CsvRecord[]];

/** What a file's prices are in, and what the store sells in. */
export interface ReadOptions {
  currency: string;
  currencies: readonly string[];
  /** Whose prices are taken where a file has those of several regions. */
  region: string | undefined;
}

export type Warn = (column: string | null, message: string) => void;

/** A kind of CSV file. */
export interface CsvFormat {
  columns(options: { region: string | undefined }): ColumnNames;
  /** Puts records that are one product together. They stand one after the other unless the format says otherwise. */
  group?: (records: AsyncIterable<CsvRecord>, check: CheckedFile) => AsyncGenerator<RecordGroup>;
  /** What a record belongs to; '' for what the record before it belongs to. */
  keyOf(record: CsvRecord): string;
  /** How many records more belong to a product, by its key, when they may stand anywhere. */
  belongsTo?: (record: CsvRecord) => string | undefined;
  /** The row of a product. Throws {@link RowProblem}. */
  convert(group: RecordGroup, context: { options: ReadOptions; warn: Warn }): object;
}

/** A file that was read once from end to end and found whole. */
export interface CheckedFile {
  /** Columns that nobody knows. */
  unknown: string[];
  /** Columns that hold something, and that the store has no place for. */
  notKept: string[];
  /** Of each product, how many records belong to it that stand elsewhere. */
  members: Map<string, number>;
}

export interface CsvFile {
  file: string;
  delimiter: string;
  region: string | undefined;
  onRead?: ((bytes: number) => void) | undefined;
}

/** Reads the file from end to end. Throws a broken file unless it is whole and has the columns of the format. */
export async function checkCsv(format: CsvFormat, source: CsvFile): Promise<CheckedFile> {
  const members = new Map<string, number>();
  let header: CsvHeader | undefined;
  const lost = new Set<string>();
  for await (const record of readRecords(format, source, (found) => (header = found))) {
    for (const key of record.header.notKept) if (!lost.has(key) && record.cell(key) !== '') lost.add(key);
    const owner = format.belongsTo?.(record);
    if (owner !== undefined) members.set(owner, (members.get(owner) ?? 0) + 1);
  }
  if (header === undefined) throw brokenFile('The file is empty.');
  const notKept = header.notKept.filter((key) => lost.has(key)).map((key) => header?.nameOf(key) ?? key);
  return { unknown: header.unknown, notKept, members };
}

/** The products of a checked file, in the order in which they are complete. */
export async function* readProducts(
  format: CsvFormat,
  source: CsvFile,
  context: { check: CheckedFile; options: ReadOptions },
): AsyncGenerator<FileProduct> {
  const records = readRecords(format, source);
  const groups = format.group?.(records, context.check) ?? groupNeighbours(records, format);
  yield* toProducts(format, groups, context.options);
}

/** The products of groups of records. */
export async function* toProducts(
  format: CsvFormat,
  groups: AsyncIterable<RecordGroup>,
  options: ReadOptions,
): AsyncGenerator<FileProduct> {
  for await (const group of groups) yield convertGroup(format, group, options);
}

function convertGroup(format: CsvFormat, group: RecordGroup, options: ReadOptions): FileProduct {
  const row = group[0].line;
  const warnings: RowWarning[] = [];
  const warn: Warn = (column, message) => {
    const isNew = !warnings.some((each) => each.column === column && each.message === message);
    if (isNew) warnings.push({ row, column, message });
  };
  try {
    return { row, value: format.convert(group, { options, warn }), warnings };
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error;
    const { column, code, message } = error;
    return { row, failure: { row, column, code, message }, warnings: [] };
  }
}

async function* readRecords(
  format: CsvFormat,
  { file, delimiter, region, onRead }: CsvFile,
  onHeader?: (header: CsvHeader) => void,
): AsyncGenerator<CsvRecord> {
  let header: CsvHeader | undefined;
  for await (const row of readCsv(readText(file, onRead), delimiter)) {
    if (header === undefined) {
      header = new CsvHeader(row, format.columns({ region }));
      onHeader?.(header);
      continue;
    }
    const record = new CsvRecord(row, header);
    if (!record.isEmpty()) yield record;
  }
}

/** Records that stand one after the other and have one key. */
export async function* groupNeighbours(
  records: AsyncIterable<CsvRecord>,
  format: Pick<CsvFormat, 'keyOf'>,
): AsyncGenerator<RecordGroup> {
  let group: RecordGroup | undefined;
  let key = '';
  for await (const record of records) {
    const own = format.keyOf(record);
    if (group && (own === '' || own === key)) {
      group.push(record);
      continue;
    }
    if (group) yield group;
    group = [record];
    key = own;
  }
  if (group) yield group;
}
