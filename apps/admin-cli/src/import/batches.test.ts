import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Batch, batchRows } from './batches.ts';
import { fingerprint } from './fingerprint.ts';
import type { RowFailure } from './formats/file-product.ts';
import { readNdjson } from './formats/ndjson.ts';
import { readLines } from './read-lines.ts';
import { BATCHING, MAX_ROW_BYTES } from './row-size.ts';
import { toFileError } from './source-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartwright-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Buffer, name = 'rows.ndjson'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

async function batchesOf(content: string | Buffer): Promise<{ batches: Batch[]; broken: RowFailure[] }> {
  const batches = await Array.fromAsync(batchRows(readNdjson(await fileOf(content))));
  return { batches, broken: batches.flatMap(({ failures }) => failures) };
}

const rowsOf = (batches: readonly Batch[]) =>
  batches.map(({ number, rows, rowNumbers: lines }) => ({ number, rows, lines }));

it('keeps the line number of every row across blank and broken lines', async () => {
  const { batches, broken } = await batchesOf(
    '\uFEFF{"id":"a"}\r\n\n{"id":\n  \n{"id":"b"}\n[1]\n"x"\nnull\n{"id":"é"}',
  );
  expect(rowsOf(batches)).toEqual([{ number: 0, rows: [{ id: 'a' }, { id: 'b' }, { id: 'é' }], lines: [1, 5, 9] }]);
  expect(broken.map(({ row }) => row)).toEqual([3, 6, 7, 8]);
  expect(broken[0]?.message).toMatch(/^The row is not JSON: /);
  expect(broken[1]?.message).toBe('The row is not a JSON object.');
});

it('reports bytes that are no text, and keys that would reach a prototype, as failed rows', async () => {
  const { batches, broken } = await batchesOf(
    Buffer.concat([
      Buffer.from('{"id":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"id":"a","attributes":{"__proto__":"x"}}\n{"id":"b","title":"the constructor"}\n'),
    ]),
  );
  expect(rowsOf(batches)).toEqual([{ number: 0, rows: [{ id: 'b', title: 'the constructor' }], lines: [3] }]);
  expect(broken).toEqual([
    { row: 1, column: null, code: 'row_invalid', message: 'The row is not UTF-8 text.' },
    {
      row: 2,
      column: null,
      code: 'row_invalid',
      message: 'The row has a key named __proto__, constructor or prototype.',
    },
  ]);
});

it('closes a batch at 500 rows', async () => {
  const rows = Array.from({ length: 1001 }, (_, i) => JSON.stringify({ id: `${i}` }));
  const { batches } = await batchesOf(rows.join('\n'));
  expect(batches.map(({ number, rows: { length } }) => [number, length])).toEqual([
    [0, 500],
    [1, 500],
    [2, 1],
  ]);
  expect(batches[1]?.rowNumbers[0]).toBe(501);
});

it('never makes a batch of more than 512 KB of JSON', async () => {
  const row = JSON.stringify({ id: 'x', description: 'ü'.repeat(50_000) });
  const { batches } = await batchesOf(Array.from({ length: 12 }, () => row).join('\n'));
  expect(batches.map(({ rows: { length } }) => length)).toEqual([5, 5, 2]);
  for (const { rows } of batches) {
    expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThanOrEqual(BATCHING.maxBytes);
  }
});

it('does not hold a line that is too long, and goes on after it', async () => {
  const long = `{"id":"long","title":"${'x'.repeat(5_000_000)}"}`;
  const { batches, broken } = await batchesOf(`{"id":"a"}\n${long}\n{"id":"b"}\n`);
  expect(rowsOf(batches)).toEqual([{ number: 0, rows: [{ id: 'a' }, { id: 'b' }], lines: [1, 3] }]);
  expect(broken).toEqual([
    { row: 2, column: null, code: 'row_invalid', message: `The row is longer than ${MAX_ROW_BYTES} bytes.` },
  ]);
});

it('a line of 256 MB does not fill the memory', async () => {
  // Members of a gzip file follow one another, so the line is never made as a whole here either.
  const member = gzipSync('x'.repeat(1024 * 1024));
  const file = await fileOf(Buffer.concat(Array.from({ length: 256 }, () => member)), 'bomb.gz');
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
  }, 2);
  const lines = await Array.fromAsync(readLines(file, { maxLineBytes: MAX_ROW_BYTES }));
  clearInterval(timer);
  expect(lines).toEqual([{ number: 1, bytes: undefined }]);
  expect(peak).toBeGreaterThan(0);
  expect(peak).toBeLessThan(160 * 1024 * 1024);
});

it('reads gzipped files by their first bytes, whatever their name', async () => {
  const { batches } = await batchesOf(gzipSync('{"id":"a"}\n{"id":"b"}\n'));
  expect(rowsOf(batches)).toEqual([{ number: 0, rows: [{ id: 'a' }, { id: 'b' }], lines: [1, 2] }]);
});

it('says that a truncated gzip file is damaged', async () => {
  const whole = gzipSync(Array.from({ length: 5000 }, (_, i) => `{"id":"${Math.sin(i)}"}`).join('\n'));
  const error = await batchesOf(whole.subarray(0, whole.length - 100)).catch((thrown: unknown) => thrown);
  expect(toFileError(error, 'a.gz')).toMatchObject({ exitCode: 65, code: 'damaged_file' });
});

it('reports how far in the file it is', async () => {
  const file = await fileOf('{"id":"a"}\n{"id":"b"}\n');
  let read = 0;
  await Array.fromAsync(readLines(file, { maxLineBytes: 100, onRead: (bytes) => (read = bytes) }));
  expect(read).toBe(22);
});

it('an empty file has no batches', async () => {
  expect(await batchesOf('')).toEqual({ batches: [], broken: [] });
});

it('the fingerprint changes with the bytes and with the options, and with nothing else', async () => {
  const file = await fileOf('{"id":"a"}\n', 'one.ndjson');
  const copy = await fileOf('{"id":"a"}\n', 'two.ndjson');
  const other = await fileOf('{"id":"b"}\n', 'three.ndjson');
  const options = { defaultStock: 100 };
  const print = await fingerprint(file, options);
  expect(print).toMatch(/^[0-9a-f]{64}$/);
  expect(await fingerprint(copy, options)).toBe(print);
  expect(await fingerprint(other, options)).not.toBe(print);
  expect(await fingerprint(file, { defaultStock: 1 })).not.toBe(print);
});
