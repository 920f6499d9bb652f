/** A file on its way: on this machine only, and gone when it is discarded. */
export interface SpooledFile {
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  discard(): Promise<void>;
}

/** Thrown when more comes than was said to be taken; nothing is left of what came before. */
export class SpoolOverflow extends Error {
  override readonly name = 'SpoolOverflow';
}

/** Where uploads wait until they are a picture or refused, so that no process has them in memory. */
export interface Spool {
  /** Writes what comes, up to `maxBytes`. Throws {@link SpoolOverflow}, and whatever the source throws. */
  write(source: AsyncIterable<Uint8Array>, options: { maxBytes: number }): Promise<SpooledFile>;
  /** How many files are there that have not been discarded. */
  count(): Promise<number>;
  close(): Promise<void>;
}
