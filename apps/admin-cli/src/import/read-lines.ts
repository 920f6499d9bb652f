import { readBytes } from './open-file.ts';

export interface Line {
  /** From 1, as an editor counts. */
  number: number;
  /** Undefined when the line is longer than the limit; it is never held in memory as a whole. */
  bytes: Buffer | undefined;
}

const NEWLINE = 0x0a;

/** Reads a file line by line. Throws what the file system or gunzip says. */
export function readLines(
  file: string,
  options: { maxLineBytes: number; onRead?: ((bytes: number) => void) | undefined },
): AsyncGenerator<Line> {
  return splitLines(readBytes(file, options.onRead), options.maxLineBytes);
}

async function* splitLines(chunks: AsyncIterable<Buffer>, maxLineBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  let number = 1;
  const take = (end: Buffer): Line => {
    const size = held + end.length;
    const bytes = size > maxLineBytes ? undefined : Buffer.concat([...parts, end], size);
    parts = [];
    held = 0;
    return { number: number++, bytes };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      yield take(chunk.subarray(start, at));
      start = at + 1;
    }
    const rest = chunk.subarray(start);
    // What exceeds the limit is only counted.
    if (held + rest.length <= maxLineBytes) parts.push(rest);
    held += rest.length;
  }
  if (held > 0) yield take(Buffer.alloc(0));
}
