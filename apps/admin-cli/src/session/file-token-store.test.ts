import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileTokenStore, sessionFile } from './file-token-store.ts';

const tokens = { accessToken: 'a', refreshToken: 'r', expiresAt: 1 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartwright-session-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('keeps tokens in a file that only its owner can read, and removes it', async () => {
  const file = sessionFile(folder, 'http://localhost:3000');
  const store = fileTokenStore(file);
  expect(await store.get()).toBeUndefined();
  await store.set(tokens);
  expect(await store.get()).toEqual(tokens);
  if (process.platform !== 'win32') {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  }
  expect(await readdir(dirname(file))).toHaveLength(1);
  await store.set(undefined);
  await store.set(undefined);
  expect(await store.get()).toBeUndefined();
});

it('takes a broken file for no session', async () => {
  const file = join(folder, 'broken.json');
  for (const content of ['', '{', 'null', '{"accessToken":"a"}', '[]']) {
    await writeFile(file, content);
    expect(await fileTokenStore(file).get()).toBeUndefined();
  }
});

it('has one file for each store and account', () => {
  const files = [
    sessionFile('c', 'http://localhost:3000'),
    sessionFile('c', 'http://localhost:3001'),
    sessionFile('c', 'https://localhost:3000'),
    sessionFile('c', 'http://localhost:3000/shop'),
    sessionFile('c', 'http://localhost:3000', 'ann@example.com'),
  ];
  expect(new Set(files).size).toBe(files.length);
  expect(files[0]).toMatch(/sessions[\\/]localhost_3000-[0-9a-f]{12}\.json$/);
});

it('names the same file for the same store, a trailing slash or not', () => {
  expect(sessionFile('c', 'http://localhost:3000/')).toBe(sessionFile('c', 'http://localhost:3000'));
});
