import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runtime } from '@cartwright/api';

const FOLDER = join(import.meta.dirname, 'pictures');

/**
 * Puts the demo's pictures where the server finds them, under names made of their content.
 * Answers their URLs by file name, e.g. `mug-harbor.webp` → `/media/3f….webp`.
 */
export async function copyPictures(blobs: Runtime['blobs']): Promise<Map<string, string>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.webp')).sort();
  const copied = names.map(async (name): Promise<[string, string]> => {
    const content = await readFile(join(FOLDER, name));
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 32);
    await blobs.put(`${hash}.webp`, content, { contentType: 'image/webp' });
    return [name, `/media/${hash}.webp`];
  });
  return new Map(await Promise.all(copied));
}
