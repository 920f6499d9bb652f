import { brokenFile } from './broken-file.ts';
import type { CsvRow } from './read-csv.ts';

/** What a format says of the columns of its files. */
export interface ColumnNames {
  /** What a column is called in the program, by its name in the file; undefined for one the format does not know. */
  keyOf(name: string): string | undefined;
  /** Keys without which a file is none of this format. */
  required: readonly string[];
  /** Keys that the store has no place for. */
  notKept?: (key: string) => boolean;
  /** Why a column makes the whole file unusable. */
  problemOf?: (name: string) => string | undefined;
}

/** The first row of a CSV file. */
export class CsvHeader {
  readonly #columns = new Map<string, { index: number; name: string }>();
  /** Columns that the format does not know. */
  readonly unknown: string[] = [];
  /** Keys that it knows, and that the store has no place for. */
  readonly notKept: string[] = [];

  /** Throws a broken file when a column is there twice, is missing or impossible. */
  constructor({ cells }: CsvRow, names: ColumnNames) {
    let impossible: Error | undefined;
    cells.forEach((cell, index) => {
      const name = cell.replace(/\s+/g, ' ').trim();
      if (name === '') return;
      const problem = names.problemOf?.(name);
      if (problem !== undefined) impossible ??= brokenFile(problem, { row: 1, column: name });
      const key = names.keyOf(name);
      if (key === undefined) {
        this.unknown.push(name);
        return;
      }
      const twin = this.#columns.get(key);
      if (twin) {
        const message =
          twin.name === name ? 'The header has this column twice.' : `The column "${twin.name}" is the same.`;
        throw brokenFile(message, { row: 1, column: name });
      }
      this.#columns.set(key, { index, name });
      if (names.notKept?.(key)) this.notKept.push(key);
    });
    const missing = names.required.filter((key) => !this.#columns.has(key));
    if (missing.length > 0)
      throw brokenFile(`The header lacks ${missing.map((key) => `"${key}"`).join(', ')}.`, { row: 1 });
    if (impossible) throw impossible;
  }

  keys(): string[] {
    return [...this.#columns.keys()];
  }

  has(key: string): boolean {
    return this.#columns.has(key);
  }

  /** What the file calls the column. */
  nameOf(key: string): string {
    return this.#columns.get(key)?.name ?? key;
  }

  indexOf(key: string): number {
    return this.#columns.get(key)?.index ?? -1;
  }
}

/** A row under its header. */
export class CsvRecord {
  readonly line: number;
  readonly header: CsvHeader;
  readonly #cells: readonly string[];

  constructor(row: CsvRow, header: CsvHeader) {
    this.line = row.line;
    this.header = header;
    this.#cells = row.cells;
  }

  /** Without blanks around it; '' where there is nothing. */
  cell(key: string): string {
    const index = this.header.indexOf(key);
    return index === -1 ? '' : (this.#cells[index] ?? '').trim();
  }

  isEmpty(): boolean {
    return this.#cells.every((cell) => cell.trim() === '');
  }
}
