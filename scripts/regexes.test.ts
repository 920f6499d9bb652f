import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from 'recheck';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readRegexes } from './imports/lex.ts';

const root = join(import.meta.dirname, '..');
const CHECK_MS = 10_000;

/** What schemas of the library compile to, where ours use them. */
const OF_SCHEMAS = { email: z.email(), uuid: z.uuid(), url: z.url() };

async function isSafe(text: string): Promise<boolean> {
  const end = text.lastIndexOf('/');
  const { status } = await check(text.slice(1, end), text.slice(end + 1), { timeout: CHECK_MS });
  return status === 'safe';
}

test('finds expressions as they are written', () => {
  const source = "const a = /b[/]+c/gi.test(x) ? 1 / 2 : x.replace(/\\/d/, '/e/'); // /f/";
  expect(readRegexes(source)).toEqual(['/b[/]+c/gi', '/\\/d/']);
});

test('tells an expression that backtracks without end', async () => {
  expect(await isSafe('/^(a+)+$/')).toBe(false);
});

test('no expression of ours can be made to backtrack by what it reads', async () => {
  const files: string[] = [];
  for await (const file of glob('{packages,apps}/*/src/**/*.ts', { cwd: root })) {
    if (!/\.test\.ts$|\/testing\/|^packages\/simulators\//.test(file)) files.push(file);
  }
  const where = new Map<string, string>();
  for (const file of files) {
    for (const regex of readRegexes(await readFile(join(root, file), 'utf8'))) where.set(regex, file);
  }
  expect(where.size).toBeGreaterThan(150);
  const unsafe: string[] = [];
  for (const [regex, file] of where) if (!(await isSafe(regex))) unsafe.push(`${file}: ${regex}`);
  expect(unsafe).toEqual([]);
}, 240_000);

test.each(Object.entries(OF_SCHEMAS))('the longest text is judged at once: %s', (_name, schema) => {
  for (const text of ['a'.repeat(100_000), '@'.repeat(100_000), `${'a.'.repeat(50_000)}@`, '-'.repeat(100_000)]) {
    const startedAt = process.cpuUsage();
    expect(schema.safeParse(text).success).toBe(false);
    const { user } = process.cpuUsage(startedAt);
    expect(user / 1000, `${text.slice(0, 10)}…`).toBeLessThan(500);
  }
});
