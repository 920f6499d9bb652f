/** What is odd about a row of a file. */
export interface RowWarning {
  row: number;
  /** As the file calls it. */
  column: string | null;
  message: string;
}

/** What is wrong with a row of a file. */
export interface RowFailure extends RowWarning {
  code: string;
}

/** A product of a file: a row for the store, or why it is none. */
export interface FileProduct {
  /** The line of the file on which it begins. */
  row: number;
  value?: object;
  failure?: RowFailure;
  warnings: RowWarning[];
}

/** A product that cannot be read. The others can. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
  readonly column: string | null;
  readonly code: string;

  constructor(message: string, { column, code = 'cell_invalid' }: { column: string | null; code?: string }) {
    super(message);
    this.column = column;
    this.code = code;
  }
}
