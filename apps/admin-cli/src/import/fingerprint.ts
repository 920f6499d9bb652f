import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { BATCHING } from './row-size.ts';

/**
 * What makes two imports the same one: the bytes of the file, the options, and how rows are put into batches, since a
 * resumed import must meet the same batches again.
 */
export async function fingerprint(file: string, options: object): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([options, BATCHING]));
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
