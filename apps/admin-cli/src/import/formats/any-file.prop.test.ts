import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliError } from '../../cli.ts';
import { batchRows } from '../batches.ts';
import { toFileError } from '../source-file.ts';
import { FORMATS } from './detect-format.ts';
import { openProductFile } from './product-file.ts';

const SAMPLE = join(import.meta.dirname, '../../../../../docs/samples/shopify-products.csv');
const OPTIONS = { currency: 'EUR', currencies: ['EUR', 'USD'], region: undefined };

let folder: string;
let sample: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cartwright-any-'));
  sample = await readFile(SAMPLE);
});
afterAll(() => rm(folder, { recursive: true }));

const WORDS = [
  ...['Handle', 'Title', 'Product Handle', 'Product Title', 'Variant Price', 'Price EUR', 'Price X [EUR]', 'id', 'sku'],
  ...['Type', 'Name', 'Regular price', 'Parent', 'Attribute 1 name', 'Attribute 1 value(s)', 'title', 'price', 'link'],
  ...['image_link', 'attributes', 'variant_options', 'categories', 'images', 'Option1 Name', 'Option1 Value', 'SKU'],
  ...['__proto__', 'constructor', '{"a":', '[[]]', 'null', '-5', '=1', '1e308', '9007199254740993', 'variation', '🧦'],
  ...[
    '<rss>',
    '</rss>',
    '<item>',
    '</item>',
    '<g:id>',
    '</g:id>',
    '<![CDATA[',
    ']]>',
    '&amp;',
    '&x;',
    '<!DOCTYPE a [',
    '"',
  ],
];
const SEPARATORS = [',', ',', ',', ';', '\t', '|', '\n', '\n', '\r\n', '\r', '"', '""', ' ', '\u0000', '\uFEFF'];

const soup = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(...SEPARATORS), fc.string({ maxLength: 8 })), {
    maxLength: 120,
  })
  .map((parts) => Buffer.from(parts.join('')));
const table = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 2, maxLength: 12 }),
    fc.array(fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })), { maxLength: 12 }), {
      maxLength: 8,
    }),
  )
  .map(([header, rows]) =>
    Buffer.from(
      [header, ...rows].map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n'),
    ),
  );
const damaged = fc
  .array(fc.tuple(fc.nat(10_000), fc.nat(40), fc.uint8Array({ maxLength: 6 })), { maxLength: 4 })
  .map((cuts) => {
    let bytes = sample;
    for (const [at, length, put] of cuts) {
      const from = at % bytes.length;
      bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
    }
    return bytes;
  });
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  soup,
  table,
  damaged,
  soup.map((text) => gzipSync(text)),
  fc.tuple(soup, fc.nat(60)).map(([text, length]) => gzipSync(text).subarray(0, length)),
);

it('any bytes as a file are read as rows and failed rows, or refused as broken', { timeout: 120_000 }, async () => {
  const file = join(folder, 'any');
  const seen = { rows: 0, failures: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(bytes, fc.option(fc.constantFrom(...FORMATS), { nil: undefined }), async (content, format) => {
      await writeFile(file, content);
      try {
        const source = await openProductFile(file, { format, region: undefined });
        for await (const { rows, rowNumbers, failures } of batchRows(source.read(OPTIONS))) {
          expect(rows).toHaveLength(rowNumbers.length);
          for (const { column, code, message } of failures) {
            expect([column ?? 'x', code, message].every((text) => text.length > 0 && text.isWellFormed())).toBe(true);
          }
          seen.rows += rows.length;
          seen.failures += failures.length;
        }
      } catch (thrown) {
        const error = toFileError(thrown, file);
        if (!(error instanceof CliError)) throw thrown;
        expect(error.exitCode).toBe(65);
        expect(error.message).toMatch(/Nothing was changed\.$/);
        seen.refused += 1;
      }
    }),
    { numRuns: 1500 },
  );
  // The bytes reach every outcome, so that the property says something.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
