import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface Line {
  /** From 1, as an editor counts. */
  number: number;
  /** Undefined when the line is longer than the limit; it is never held in memory as a whole. */
  bytes: Buffer | undefined;
}

const NEWLINE = 0x0a;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads a file line by line, gunzipping it when it is gzipped. `onRead` hears how many bytes of the file were read so
 * far. Throws what the file system or gunzip says.
 */
export async function* readLines(
  file: string,
  options: { maxLineBytes: number; onRead?: (bytes: number) => void },
): AsyncGenerator<Line> {
  const gzipped = await isGzipped(file);
  const source = createReadStream(file);
  // pipe() would not pass on what goes wrong while reading.
  const stream = gzipped ? pipeline(source, createGunzip(), () => {}) : source;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      options.onRead?.(source.bytesRead);
      yield chunk;
    }
  };
  try {
    yield* splitLines(counted(), options.maxLineBytes);
  } finally {
    source.destroy();
  }
}

async function isGzipped(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
  } finally {
    await handle.close();
  }
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
