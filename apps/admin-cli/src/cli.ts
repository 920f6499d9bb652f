import type { CliConfig } from './config.ts';

/** What every command gets: settings, and where its output goes. */
export interface Cli {
  config: CliConfig;
  /** The store's address, by `--url` or the environment. */
  url: string;
  /** JSON for machines instead of text for people. */
  json: boolean;
  /** Writes a line to standard output. */
  out(line: string): void;
  /** Writes a line to standard error. */
  err(line: string): void;
}

/** A refusal of the CLI itself. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  readonly code: string;

  constructor(message: string, options: { code: string; exitCode: number }) {
    super(message);
    this.code = options.code;
    this.exitCode = options.exitCode;
  }
}

export function usageError(message: string): CliError {
  return new CliError(message, { code: 'usage', exitCode: 64 });
}

/** Turns a command, loaded when it is called, into what commander calls: context before, errors and exit code after. */
export type Act = <Args extends unknown[]>(
  load: () => Promise<(cli: Cli, ...args: Args) => Promise<number | undefined>>,
) => (...args: Args) => Promise<void>;
