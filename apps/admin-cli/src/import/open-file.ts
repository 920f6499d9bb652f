import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The bytes of a file, gunzipped when it is gzipped. `onRead` hears how many bytes of the file were read so far. Throws
 * what the file system or gunzip says.
 */
export async function* readBytes(file: string, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const gzipped = await isGzipped(file);
  const source = createReadStream(file);
  // pipe() would not pass on what goes wrong while reading.
  const stream = gzipped ? pipeline(source, createGunzip(), () => {}) : source;
  try {
    for await (const chunk of stream) {
      onRead?.(source.bytesRead);
      yield chunk as Buffer;
    }
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
