import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'pictures');

/**
 * Copies the demo's pictures to where the server finds them, under names made of their content.
 * Answers their URLs by file name, e.g. `mug-harbor.webp` → `/media/3f….webp`.
 */
export async function copyPictures(mediaDir: string): Promise<Map<string, string>> {
  await mkdir(mediaDir, { recursive: true });
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.webp')).sort();
  const copied = names.map(async (name): Promise<[string, string]> => {
    const content = await readFile(join(FOLDER, name));
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 32);
    await writeFile(join(mediaDir, `${hash}.webp`), content);
    return [name, `/media/${hash}.webp`];
  });
  return new Map(await Promise.all(copied));
}
