import { type FileHandle, open } from 'node:fs/promises';
import { type Cli, usageError } from '../cli.ts';
import { printable } from '../output/printable.ts';
import { count } from '../output/text.ts';

type Kind = 'warning' | 'error';

const SHOWN = 20;

interface RowMessageOptions {
  verbose: boolean;
  /** Gets every message, whatever is shown. */
  file: string | undefined;
  /** Both unless said. */
  kinds?: readonly Kind[];
  /** Removes what stands on the line that is about to be written. */
  clearLine: () => void;
}

/** Prints the first messages of each kind to standard error, or all of them. */
export class RowMessages {
  readonly #cli: Cli;
  readonly #options: RowMessageOptions;
  readonly #handle: FileHandle | undefined;
  readonly #file: ReturnType<FileHandle['createWriteStream']> | undefined;
  readonly counts: Record<Kind, number> = { warning: 0, error: 0 };
  #writeError: Error | undefined;

  /** Throws a usage error when the file cannot be written. */
  static async open(cli: Cli, options: RowMessageOptions): Promise<RowMessages> {
    const { file } = options;
    const handle =
      file === undefined
        ? undefined
        : await open(file, 'w').catch((error: Error) => {
            throw usageError(`${file} cannot be written: ${error.message}`);
          });
    return new RowMessages(cli, options, handle);
  }

  private constructor(cli: Cli, options: RowMessageOptions, handle: FileHandle | undefined) {
    this.#cli = cli;
    this.#options = options;
    this.#handle = handle;
    this.#file = handle?.createWriteStream();
    this.#file?.on('error', (error) => {
      this.#writeError = error;
    });
  }

  add(kind: Kind, { row, column, message }: { row: number; column: string | null; message: string }): void {
    if (this.#options.kinds?.includes(kind) === false) return;
    this.counts[kind] += 1;
    // What a field of the row's own is called stands in the message already.
    const place = column === null || message.startsWith(`${column}: `) ? '' : `${printable(column)}: `;
    const line = this.#cli.json
      ? JSON.stringify({ [kind]: { row, column, message } })
      : `row ${row}: ${kind}: ${place}${printable(message)}`;
    this.#file?.write(`${line}\n`);
    if (!this.#options.verbose && this.counts[kind] > SHOWN) return;
    this.#options.clearLine();
    this.#cli.err(line);
  }

  /** Says how many were not shown, and ends the file. Throws when it could not be written. */
  async close(): Promise<void> {
    const { verbose, file, clearLine } = this.#options;
    clearLine();
    for (const kind of ['warning', 'error'] as const) {
      const hidden = this.counts[kind] - SHOWN;
      if (hidden <= 0 || verbose) continue;
      const where = file === undefined ? 'all with --verbose, or in --warnings FILE' : `all in ${file}`;
      this.#cli.err(`… and ${count(hidden)} more ${kind}s (${where})`);
    }
    const stream = this.#file;
    if (stream === undefined) return;
    await new Promise<void>((resolve) => stream.once('close', resolve).end());
    await this.#handle?.close();
    if (this.#writeError) throw usageError(`${file} cannot be written: ${this.#writeError.message}`);
  }
}
