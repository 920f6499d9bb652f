import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunksOf } from '../../testing/pictures.ts';
import { createSpool } from './create-spool.ts';
import { SpoolOverflow } from './spool.ts';

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'cartwright-spool-'));
});
afterAll(() => rm(parent, { recursive: true }));

const openSpool = () => createSpool({ newName: randomUUID, parent });
const content = Buffer.from('a kettle');

test('what comes is written down for its owner only, counted and hashed, until it is discarded', async () => {
  const spool = openSpool();
  expect(await spool.count()).toBe(0);
  const file = await spool.write(chunksOf(content, 3), { maxBytes: 8 });
  expect(await readFile(file.path, 'utf8')).toBe('a kettle');
  expect([file.bytes, file.sha256]).toEqual([8, createHash('sha256').update(content).digest('hex')]);
  expect([(await stat(file.path)).mode & 0o777, (await stat(dirname(file.path))).mode & 0o777]).toEqual([0o600, 0o700]);
  await file.discard();
  expect(await spool.count()).toBe(0);
  await spool.close();
  expect(await readdir(parent)).toEqual([]);
});

test('of what is too much, or breaks off, nothing is left', async () => {
  const spool = openSpool();
  await expect(spool.write(chunksOf(content, 3), { maxBytes: 7 })).rejects.toBeInstanceOf(SpoolOverflow);
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield content;
    throw new Error('gone');
  }
  await expect(spool.write(breaking(), { maxBytes: 100 })).rejects.toThrow('gone');
  expect(await spool.count()).toBe(0);
  await spool.close();
});

test('what a killed process left is deleted a day later; what is younger, or is not of uploads, stays', async () => {
  const daysOld = async (name: string, days: number) => {
    const path = join(parent, name);
    await mkdir(path);
    await writeFile(join(path, 'upload'), content);
    const at = new Date(Date.now() - days * 24 * 3600 * 1000);
    await utimes(path, at, at);
  };
  await daysOld('cartwright-uploads-killed', 2);
  await daysOld('cartwright-uploads-alive', 0.5);
  await daysOld('another-program', 2);
  const spool = openSpool();
  await spool.write(chunksOf(content), { maxBytes: 100 });
  const left = (await readdir(parent)).filter((name) => !/^cartwright-uploads-\w{6}$/.test(name));
  expect(left.sort()).toEqual(['another-program', 'cartwright-uploads-alive']);
  await spool.close();
});

test('goes on when its folder was taken away', async () => {
  const spool = openSpool();
  const { path } = await spool.write(chunksOf(content), { maxBytes: 100 });
  await rm(dirname(path), { recursive: true });
  const next = await spool.write(chunksOf(content), { maxBytes: 100 });
  expect(await readFile(next.path, 'utf8')).toBe('a kettle');
  await spool.close();
});
