import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Spool, SpoolOverflow } from './spool.ts';

/** A folder of this process, made when it is needed and readable by its owner only. */
export function createSpool(newName: () => string): Spool {
  let made: Promise<string> | undefined;
  const directory = (): Promise<string> => {
    made ??= mkdtemp(join(tmpdir(), 'cartwright-uploads-'));
    return made;
  };
  return {
    async write(source, { maxBytes }) {
      const path = join(await directory(), newName());
      const discard = () => rm(path, { force: true });
      const hash = createHash('sha256');
      let bytes = 0;
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const chunk of source) {
          bytes += chunk.byteLength;
          if (bytes > maxBytes) throw new SpoolOverflow(`More than ${maxBytes} bytes`);
          hash.update(chunk);
          await file.writeFile(chunk);
        }
      } catch (error) {
        await file.close();
        await discard();
        throw error;
      }
      await file.close();
      return { path, bytes, sha256: hash.digest('hex'), discard };
    },
    count: async () => (made === undefined ? 0 : (await readdir(await made)).length),
    async close() {
      if (made !== undefined) await rm(await made, { recursive: true, force: true });
      made = undefined;
    },
  };
}
