import { createHash } from 'node:crypto';
import { type FileHandle, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secondsBefore } from '../../kit/clock.ts';
import { type Spool, SpoolOverflow } from './spool.ts';

const PREFIX = 'cartwright-uploads-';
/** No upload takes so long: what has not changed since is of a process that was killed. */
const LEFT_OVER_SECONDS = 24 * 3600;

export interface SpoolOptions {
  /** Answers a name never used. */
  newName: () => string;
  /** Where the folder is made; that of the machine for what is temporary unless said. */
  parent?: string;
}

/** A folder of this process, made when it is needed and readable by its owner only. */
export function createSpool({ newName, parent = tmpdir() }: SpoolOptions): Spool {
  let made: Promise<string> | undefined;
  const directory = (): Promise<string> => {
    made ??= makeFolder(parent);
    return made;
  };

  async function openNew(): Promise<{ file: FileHandle; path: string }> {
    const path = join(await directory(), newName());
    try {
      return { file: await open(path, 'wx', 0o600), path };
    } catch (error) {
      // Whoever tidies up has taken the folder of a process that had nothing to do for long.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      made = undefined;
      const again = join(await directory(), newName());
      return { file: await open(again, 'wx', 0o600), path: again };
    }
  }

  return {
    async write(source, { maxBytes }) {
      const { file, path } = await openNew();
      const discard = () => rm(path, { force: true });
      const hash = createHash('sha256');
      let bytes = 0;
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

async function makeFolder(parent: string): Promise<string> {
  const made = await mkdtemp(join(parent, PREFIX));
  // By the clock that the others' times are of.
  await deleteLeftOver(parent, secondsBefore((await stat(made)).mtime, LEFT_OVER_SECONDS));
  return made;
}

async function deleteLeftOver(parent: string, before: Date): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    // Somebody else's is not ours to delete, nor to complain of.
    if (found && found.mtime < before) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
