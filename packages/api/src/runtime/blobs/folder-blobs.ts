import { link, mkdir, open, readdir, rename, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { assertKey, type BlobInfo, type BlobStore } from './blob-store.ts';
import { refuse } from './errors.ts';

const PAGE = 1000;
/** Of files that are not blobs yet; no key begins with a dot. */
const UNFINISHED = '.unfinished-';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '');

/** Blobs as files of one folder, which the processes of a store may share. `newName` answers a name never used. */
export function createFolderBlobs(options: { directory: string; newName: () => string }): BlobStore {
  const root = resolve(options.directory);
  const pathOf = (key: string): string => {
    assertKey(key);
    return join(root, ...key.split('/'));
  };
  const tagOf = (file: { size: number; mtimeMs: number }): string =>
    `"${file.size.toString(36)}-${Math.trunc(file.mtimeMs).toString(36)}"`;

  return {
    async put(key, content, { ifAbsent = false }) {
      const path = pathOf(key);
      const unfinished = join(root, `${UNFINISHED}${options.newName()}`);
      try {
        await mkdir(root, { recursive: true });
        await writeFile(unfinished, content, { flag: 'wx' });
        return await place(unfinished, path, ifAbsent);
      } catch (error) {
        throw refuse('media_store_unavailable', { cause: error, retryAfterSeconds: 5 });
      } finally {
        await rm(unfinished, { force: true }).catch(() => undefined);
      }
    },
    async get(key, range) {
      const file = await open(pathOf(key), 'r').catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      if (file === undefined) return undefined;
      try {
        const found = await file.stat();
        if (!found.isFile()) return undefined;
        const { start, end } = range?.(found.size) ?? { start: 0, end: found.size - 1 };
        const content = new Uint8Array(end - start + 1);
        const { bytesRead } = await file.read(content, 0, content.byteLength, start);
        return { content: content.subarray(0, bytesRead), bytes: found.size, etag: tagOf(found) };
      } finally {
        await file.close();
      }
    },
    async stat(key) {
      const found = await stat(pathOf(key)).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      });
      if (!found?.isFile()) return undefined;
      return { key, bytes: found.size, modifiedAt: found.mtime, etag: tagOf(found) };
    },
    async *list(prefix) {
      let page: BlobInfo[] = [];
      const folders = prefix.split('/').slice(0, -1);
      if (folders.length > 0) assertKey(folders.join('/'));
      for await (const path of filesBelow(join(root, ...folders))) {
        const key = relative(root, path).split(sep).join('/');
        if (!key.startsWith(prefix)) continue;
        const found = await stat(path).catch(() => undefined);
        if (!found?.isFile()) continue;
        page.push({ key, bytes: found.size, modifiedAt: found.mtime });
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    async delete(keys) {
      for (const key of keys) {
        const path = pathOf(key);
        await unlink(path).catch((error: unknown) => {
          if (!isAbsent(error)) throw error;
        });
        await removeEmptyFolders(dirname(path), root);
      }
    },
    presignPut: async () => undefined,
  };
}

/** Gives a finished file its name, in a folder that somebody may be taking away because it was empty. */
async function place(unfinished: string, path: string, ifAbsent: boolean): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(dirname(path), { recursive: true });
    try {
      if (ifAbsent) return await linkUnlessThere(unfinished, path);
      await rename(unfinished, path);
      return true;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 3) throw error;
    }
  }
}

/** Gives a finished file its name unless there is one of it: of several writers at once, the first one's stays. */
async function linkUnlessThere(unfinished: string, path: string): Promise<boolean> {
  try {
    await link(unfinished, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error;
  }
  // A file system without links: whoever comes second within a moment puts the same picture.
  if ((await stat(path).catch(() => undefined)) !== undefined) return false;
  await rename(unfinished, path);
  return true;
}

async function* filesBelow(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

async function removeEmptyFolders(directory: string, root: string): Promise<void> {
  for (let each = directory; each.startsWith(root + sep); each = dirname(each)) {
    const removed = await rmdir(each).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
